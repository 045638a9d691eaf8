using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sbx.Api.Client;

/// <summary>
/// Identity of the sbx build in a directory: 16 hexadecimal digits over names, sizes and modification times of its
/// assemblies. Client and daemon compare theirs, so that a rebuilt or updated tool replaces the daemon that it finds.
/// Cheap enough for every command: it opens no file.
/// </summary>
public static class BuildIdentity
{
    /// <summary>Identity of the running program.</summary>
    public static string Current() => Of(AppContext.BaseDirectory);

    /// <summary>Identity of the build in <paramref name="directory"/>.</summary>
    public static string Of(string directory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[16];
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*.dll").Where(IsOurs).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.Name));
            BinaryPrimitives.WriteInt64LittleEndian(numbers, file.Length);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], file.LastWriteTimeUtc.Ticks);
            hash.AppendData(numbers);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static bool IsOurs(FileInfo file) =>
        file.Name.Equals("sbx.dll", StringComparison.OrdinalIgnoreCase) || file.Name.StartsWith("Sbx.", StringComparison.Ordinal);
}
