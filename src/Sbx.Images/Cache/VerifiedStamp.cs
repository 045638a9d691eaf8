using System.Globalization;
using System.Text;
using Sbx.Images.Payloads;

namespace Sbx.Images.Cache;

/// <summary>
/// Says that the files of a directory were hashed and right, and how they looked then (size, time of change), so that the next
/// use need not hash them. A text file: the digest, then one line "size ticks path" per file.
/// </summary>
internal static class VerifiedStamp
{
    private const string FileName = ".verified";

    public static string? DigestOf(string directory)
    {
        try
        {
            using var reader = new StreamReader(Path.Combine(directory, FileName));
            return reader.ReadLine() is { Length: 64 } digest ? digest : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether the stamp is of this digest and every file looks as it did.</summary>
    public static bool Holds(string directory, string digest)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(directory, FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return lines.Length > 1 && lines[0] == digest && lines.Skip(1).All(line => Matches(directory, line));
    }

    public static void Write(string directory, string digest, Manifest manifest)
    {
        var text = new StringBuilder(digest).Append('\n');
        foreach (var file in manifest.Files)
        {
            var info = new FileInfo(Path.Combine(directory, file.Path));
            text.Append(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks} {file.Path}\n");
        }

        var path = Path.Combine(directory, FileName);
        File.WriteAllText(path + ".new", text.ToString());
        File.Move(path + ".new", path, overwrite: true);
    }

    private static bool Matches(string directory, string line)
    {
        var parts = line.Split(' ', 3);
        if (parts.Length != 3)
            return false;
        var info = new FileInfo(Path.Combine(directory, parts[2]));
        return info.Exists && info.LinkTarget is null
            && string.Equals(parts[0], info.Length.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            && string.Equals(parts[1], info.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
