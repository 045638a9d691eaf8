using System.Runtime.CompilerServices;

namespace Sbx.Workspaces.Wire;

/// <summary>Takes one request apart, strictly: what is too short, too long or no name ends the session.</summary>
internal unsafe ref struct Request
{
    private byte* _at;
    private readonly byte* _end;

    internal Request(byte* start, int length)
    {
        Header = Unsafe.ReadUnaligned<InHeader>(start);
        _at = start + sizeof(InHeader);
        _end = start + length;
    }

    internal InHeader Header { get; }

    internal readonly int Remaining => (int)(_end - _at);

    /// <summary>The next fixed part.</summary>
    internal T Take<T>()
        where T : unmanaged
    {
        if (Remaining < sizeof(T))
            throw Malformed("is too short");
        var value = Unsafe.ReadUnaligned<T>(_at);
        _at += sizeof(T);
        return value;
    }

    /// <summary>The next <paramref name="count"/> bytes, in place.</summary>
    internal byte* TakeBytes(uint count)
    {
        if (count > Remaining)
            throw Malformed("holds less data than it says");
        var bytes = _at;
        _at += count;
        return bytes;
    }

    /// <summary>The next string; it may hold any byte but NUL.</summary>
    internal Name TakeText()
    {
        var length = new ReadOnlySpan<byte>(_at, Remaining).IndexOf((byte)0);
        if (length < 0)
            throw Malformed("holds a string without an end");
        var text = new Name(_at, length);
        _at += length + 1;
        return text;
    }

    /// <summary>The next string, which must be the name of one component: not empty, no slash, not "." or "..".</summary>
    internal Name TakeName()
    {
        var name = TakeText();
        var span = name.Span;
        if (span.Length == 0 || span.IndexOf((byte)'/') >= 0 || span.SequenceEqual("."u8) || span.SequenceEqual(".."u8))
            throw Malformed("names what is no entry of a directory");
        return name;
    }

    /// <summary>Nothing may follow.</summary>
    internal readonly void End()
    {
        if (_at != _end)
            throw Malformed("is too long");
    }

    internal readonly WorkspaceProtocolException Malformed(string what) =>
        new($"the guest's file request {(uint)Header.Opcode} {what}");
}
