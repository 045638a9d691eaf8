namespace Sbx.Api.Client;

/// <summary>
/// Identity of the sbx build in a directory: 16 hexadecimal digits over names, sizes and modification times of its
/// assemblies. Client and daemon compare theirs, so that a rebuilt or updated tool replaces the daemon that it finds.
/// Cheap enough for every command: it opens no file.
/// </summary>
public static class BuildIdentity
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Identity of the running program.</summary>
    public static string Current() => Of(AppContext.BaseDirectory);

    /// <summary>Identity of the build in <paramref name="directory"/>.</summary>
    public static string Of(string directory)
    {
        var hash = OffsetBasis;
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*.dll").Where(IsOurs).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            foreach (var character in file.Name)
                hash = Add(hash, character);
            hash = Add(Add(hash, (ulong)file.Length), (ulong)file.LastWriteTimeUtc.Ticks);
        }

        return hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }

    // FNV-1a: nobody attacks this, and a cryptographic hash would load OpenSSL into every command.
    private static ulong Add(ulong hash, ulong value)
    {
        for (var i = 0; i < 8; i++)
            hash = (hash ^ (byte)(value >> (8 * i))) * Prime;
        return hash;
    }

    private static bool IsOurs(FileInfo file) =>
        file.Name.Equals("sbx.dll", StringComparison.OrdinalIgnoreCase) || file.Name.StartsWith("Sbx.", StringComparison.Ordinal);
}
