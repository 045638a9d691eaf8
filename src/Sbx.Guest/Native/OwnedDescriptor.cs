namespace Sbx.Guest.Native;

/// <summary>Closes a descriptor at the end of a scope; negative ones are left alone.</summary>
internal sealed class OwnedDescriptor(int value) : IDisposable
{
    private int _value = value;

    public int Value => _value;

    public void Dispose()
    {
        if (_value >= 0)
            _ = Libc.Close(_value);
        _value = -1;
    }
}
