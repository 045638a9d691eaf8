using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Sbx.Secrets.Values;

/// <summary>
/// A secret in memory: UTF-8 bytes in a pinned buffer that the collector never copies, zeroed on <see cref="Dispose"/> and by the
/// finalizer. Not shown by <see cref="ToString"/>, not serialisable. Thread-safe for reading until disposed.
/// </summary>
[JsonConverter(typeof(SecretValueJsonConverter))]
public sealed class SecretValue : IDisposable
{
    /// <summary>Longest secret in bytes of UTF-8.</summary>
    public const int MaximumBytes = 16 * 1024;

    private readonly byte[] _bytes;
    private bool _disposed;

    private SecretValue(ReadOnlySpan<byte> bytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(_bytes);
    }

    /// <summary>Zeroes what was not disposed.</summary>
    ~SecretValue() => CryptographicOperations.ZeroMemory(_bytes);

    /// <summary>Bytes of UTF-8. Valid until disposed; not to be kept.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Length in bytes of UTF-8.</summary>
    public int Length => _bytes.Length;

    /// <summary>Takes a copy of UTF-8 bytes.</summary>
    /// <exception cref="SecretException">It is empty, too long, not UTF-8, or has a control character (CR, LF, NUL …).</exception>
    public static SecretValue FromBytes(ReadOnlySpan<byte> bytes)
    {
        SecretValueRules.Check(bytes);
        return new SecretValue(bytes);
    }

    /// <summary>Takes a copy of characters. Prefer <see cref="FromBytes"/>: a string cannot be zeroed by its owner.</summary>
    /// <exception cref="SecretException">See <see cref="FromBytes"/>.</exception>
    public static SecretValue FromText(ReadOnlySpan<char> text)
    {
        if (text.Length > MaximumBytes)
            throw SecretValueRules.TooLong();
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return FromBytes(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(rented);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>An independent copy.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public SecretValue Copy() => new(Bytes);

    /// <summary>
    /// The value as a string, for APIs that take nothing else (a header of an HTTP request). The string cannot be zeroed: make it
    /// as late as possible and drop it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public string Reveal() => Encoding.UTF8.GetString(Bytes);

    /// <summary>The form shown to people: at most 6 leading and 4 trailing characters; see <see cref="SecretMask"/>.</summary>
    public string Masked()
    {
        var characters = GC.AllocateUninitializedArray<char>(_bytes.Length, pinned: true);
        try
        {
            return SecretMask.Mask(characters.AsSpan(0, Encoding.UTF8.GetChars(Bytes, characters)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(characters.AsSpan()));
        }
    }

    /// <summary>Whether two secrets are the same, in time that does not depend on where they differ.</summary>
    public bool Matches(SecretValue other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);
    }

    /// <summary>Zeroes the buffer.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
        GC.SuppressFinalize(this);
    }

    /// <summary>Never the value.</summary>
    public override string ToString() => "(secret)";
}
