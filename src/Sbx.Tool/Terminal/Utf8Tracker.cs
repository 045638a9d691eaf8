using System.Buffers;

namespace Sbx.Tool.Terminal;

/// <summary>What a byte means for the character it belongs to.</summary>
internal enum Utf8Step
{
    /// <summary>The character goes on.</summary>
    Incomplete,

    /// <summary>The character is complete.</summary>
    Complete,

    /// <summary>The pending character is broken off; the byte has not been looked at.</summary>
    Invalid,

    /// <summary>The byte cannot begin a character.</summary>
    Stray,
}

/// <summary>A character as its bytes, the first one in the highest place.</summary>
/// <param name="Packed">The bytes.</param>
/// <param name="Count">How many, 1 to 4.</param>
internal readonly record struct Utf8Character(uint Packed, int Count)
{
    /// <summary>The code points U+0080 to U+009F, which are the 8-bit control characters.</summary>
    public bool IsEightBitControl => Count == 2 && Packed is >= 0xc280 and <= 0xc29f;

    /// <summary>The last byte.</summary>
    public byte Last => (byte)Packed;

    /// <summary>Writes the bytes.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var span = output.GetSpan(Count);
        for (var i = 0; i < Count; i++)
            span[i] = (byte)(Packed >> (8 * (Count - 1 - i)));
        output.Advance(Count);
    }
}

/// <summary>Puts bytes together to well-formed UTF-8 characters (Unicode, table 3-7), one at a time.</summary>
internal struct Utf8Tracker
{
    private uint _pending;
    private int _have;
    private int _need;
    private byte _low;
    private byte _high;

    /// <summary>Whether a character is unfinished.</summary>
    public readonly bool Pending => _have > 0;

    /// <summary>Takes the next byte.</summary>
    /// <param name="b">The byte.</param>
    /// <param name="character">The bytes of the character, when it is complete.</param>
    public Utf8Step Next(byte b, out Utf8Character character)
    {
        character = default;
        if (_have == 0)
            return First(b, out character);
        if (b < _low || b > _high)
        {
            _have = 0;
            return Utf8Step.Invalid;
        }

        _pending = (_pending << 8) | b;
        (_low, _high) = (0x80, 0xbf);
        if (++_have < _need)
            return Utf8Step.Incomplete;
        character = new Utf8Character(_pending, _have);
        _have = 0;
        return Utf8Step.Complete;
    }

    private Utf8Step First(byte b, out Utf8Character character)
    {
        character = default;
        if (b < 0x80)
        {
            character = new Utf8Character(b, 1);
            return Utf8Step.Complete;
        }

        (_need, _low, _high) = b switch
        {
            >= 0xc2 and <= 0xdf => (2, (byte)0x80, (byte)0xbf),
            0xe0 => (3, (byte)0xa0, (byte)0xbf),
            0xed => (3, (byte)0x80, (byte)0x9f),
            >= 0xe1 and <= 0xef => (3, (byte)0x80, (byte)0xbf),
            0xf0 => (4, (byte)0x90, (byte)0xbf),
            >= 0xf1 and <= 0xf3 => (4, (byte)0x80, (byte)0xbf),
            0xf4 => (4, (byte)0x80, (byte)0x8f),
            _ => (0, (byte)0, (byte)0),
        };
        if (_need == 0)
            return Utf8Step.Stray;
        _pending = b;
        _have = 1;
        return Utf8Step.Incomplete;
    }
}
