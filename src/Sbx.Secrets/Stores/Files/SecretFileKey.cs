using System.Security.Cryptography;
using Sbx.Policies.Documents;

namespace Sbx.Secrets.Stores.Files;

/// <summary>The key of the encrypted file: 32 random bytes, readable by the owner alone.</summary>
internal sealed class SecretFileKey(string path)
{
    private const int Length = 32;

    /// <exception cref="SecretException">It is missing, damaged, or others can read it.</exception>
    public byte[] Read()
    {
        if (!File.Exists(path))
            throw new SecretException(SecretErrorKind.Keychain, $"The key file {path} is missing, so the stored secrets cannot be decrypted.", "Restore it, or start over with: sbx reset");
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
                throw new SecretException(SecretErrorKind.Keychain, $"Others than you may use the key file {path}.", $"Run: chmod 600 {path}, and replace the keys that were stored if that was not intended.");
        }

        var key = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        using var stream = File.OpenRead(path);
        if (stream.Length != Length || stream.ReadAtLeast(key, Length, throwOnEndOfStream: false) != Length)
            throw new SecretException(SecretErrorKind.Keychain, $"The key file {path} is damaged.", "Restore it, or start over with: sbx reset");
        return key;
    }

    public byte[] ReadOrCreate(bool mayCreate)
    {
        if (File.Exists(path) || !mayCreate)
            return Read();
        var key = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        RandomNumberGenerator.Fill(key);
        PrivateFile.Write(path, key);
        return key;
    }
}
