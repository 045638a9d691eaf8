using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Stores.Files;

/// <summary>
/// What the encrypted file holds. On disk: <c>SBXS1</c>, a nonce of 12 bytes that is new with every write, a tag of 16, then the
/// ciphertext; the five letters are authenticated too. Inside: entries of scope, service and value, each behind its length (32 bits,
/// little endian). Owns its values; dispose it.
/// </summary>
internal sealed class SecretFileContent : IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly Dictionary<SecretKey, SecretValue> _entries = [];

    private static ReadOnlySpan<byte> Magic => "SBXS1"u8;

    public IReadOnlyList<SecretKey> Keys => [.. _entries.Keys];

    public SecretValue? Find(SecretKey key) => _entries.GetValueOrDefault(key);

    public void Set(SecretKey key, SecretValue value)
    {
        Remove(key);
        _entries[key] = value;
    }

    public bool Remove(SecretKey key)
    {
        if (!_entries.Remove(key, out var value))
            return false;
        value.Dispose();
        return true;
    }

    public byte[] Seal(ReadOnlySpan<byte> key)
    {
        var parts = _entries.SelectMany(e => (byte[][])[Encoding.UTF8.GetBytes(e.Key.Scope), Encoding.UTF8.GetBytes(e.Key.Service)]).ToList();
        var plain = GC.AllocateUninitializedArray<byte>(parts.Sum(p => p.Length + 4) + _entries.Values.Sum(v => v.Length + 4), pinned: true);
        var at = 0;
        var index = 0;
        foreach (var value in _entries.Values)
        {
            Put(plain, ref at, parts[index++]);
            Put(plain, ref at, parts[index++]);
            Put(plain, ref at, value.Bytes);
        }

        var result = new byte[Magic.Length + NonceLength + TagLength + plain.Length];
        Magic.CopyTo(result);
        var nonce = result.AsSpan(Magic.Length, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using (var aes = new AesGcm(key, TagLength))
            aes.Encrypt(nonce, plain, result.AsSpan(Magic.Length + NonceLength + TagLength), result.AsSpan(Magic.Length + NonceLength, TagLength), Magic);
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    /// <exception cref="CryptographicException">It is not such a file, or not with this key.</exception>
    public static SecretFileContent Unseal(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key)
    {
        if (bytes.Length < Magic.Length + NonceLength + TagLength || !bytes.StartsWith(Magic))
            throw new CryptographicException("Not a file of secrets.");
        var cipher = bytes[(Magic.Length + NonceLength + TagLength)..];
        var plain = GC.AllocateUninitializedArray<byte>(cipher.Length, pinned: true);
        var content = new SecretFileContent();
        try
        {
            using (var aes = new AesGcm(key, TagLength))
                aes.Decrypt(bytes.Slice(Magic.Length, NonceLength), cipher, bytes.Slice(Magic.Length + NonceLength, TagLength), plain, Magic);
            for (var at = 0; at < plain.Length;)
            {
                var scope = Encoding.UTF8.GetString(Take(plain, ref at));
                var service = Encoding.UTF8.GetString(Take(plain, ref at));
                var value = SecretValue.FromBytes(Take(plain, ref at));
                if (SecretKey.FromScope(scope, service) is { } name)
                    content.Set(name, value);
            }

            return content;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static void Put(byte[] plain, ref int at, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(at), part.Length);
        part.CopyTo(plain.AsSpan(at + 4));
        at += 4 + part.Length;
    }

    private static ReadOnlySpan<byte> Take(byte[] plain, ref int at)
    {
        if (plain.Length - at < 4)
            throw new CryptographicException("The entries are cut short.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(plain.AsSpan(at));
        at += 4;
        if (length < 0 || length > plain.Length - at)
            throw new CryptographicException("The entries are cut short.");
        var part = plain.AsSpan(at, length);
        at += length;
        return part;
    }

    public void Dispose()
    {
        foreach (var value in _entries.Values)
            value.Dispose();
    }
}
