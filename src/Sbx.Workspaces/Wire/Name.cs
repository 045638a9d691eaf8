namespace Sbx.Workspaces.Wire;

/// <summary>Bytes of a request that end in NUL: a C string in place. Valid while the request is being answered.</summary>
internal readonly unsafe ref struct Name(byte* pointer, int length)
{
    /// <summary>Longest name of one component on any Linux file system, in bytes.</summary>
    internal const int MaxLength = 255;

    internal byte* Pointer { get; } = pointer;

    /// <summary>Without the NUL.</summary>
    internal int Length { get; } = length;

    internal bool IsTooLong => Length > MaxLength;

    internal ReadOnlySpan<byte> Span => new(Pointer, Length);
}
