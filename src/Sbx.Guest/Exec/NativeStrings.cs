using System.Runtime.InteropServices;
using System.Text;

namespace Sbx.Guest.Exec;

/// <summary>Zero-terminated UTF-8 strings and arrays of them in native memory, freed together.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> _blocks = [];

    public byte* Add(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var block = (byte*)Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(block, length));
        block[length] = 0;
        return block;
    }

    /// <summary>An array that ends with a null pointer.</summary>
    public byte** Add(IReadOnlyCollection<string> texts)
    {
        var array = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
        var i = 0;
        foreach (var text in texts)
            array[i++] = Add(text);
        array[i] = null;
        return array;
    }

    public int* AddNumbers(ReadOnlySpan<int> numbers)
    {
        var array = (int*)Allocate(Math.Max(1, numbers.Length) * sizeof(int));
        numbers.CopyTo(new Span<int>(array, numbers.Length));
        return array;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
    }

    private void* Allocate(int bytes)
    {
        var block = NativeMemory.Alloc((nuint)bytes);
        _blocks.Add((nint)block);
        return block;
    }
}
