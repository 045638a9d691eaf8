using System.Security.Cryptography;
using System.Text.Json;
using Sbx.Machines.Disks;
using Sbx.Machines.Native;

namespace Sbx.Machines.Warm;

/// <summary>One warm image on disk: the guest's memory, the state of its devices, and what is known of both.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Meta">What is recorded.</param>
internal sealed record WarmImage(string Directory, WarmImageMeta Meta)
{
    /// <summary>Its key, once it is in its place.</summary>
    public string Key => Path.GetFileName(Directory);

    /// <summary>The memory file.</summary>
    public string Ram => Path.Combine(Directory, "ram");

    /// <summary>The state file.</summary>
    public string State => Path.Combine(Directory, "state");

    /// <summary>A formatted disk of the machines' size, to be copied for rehearsals.</summary>
    public string Blank => Path.Combine(Directory, "blank");

    private string Used => Path.Combine(Directory, "used");

    private static string MetaPath(string directory) => Path.Combine(directory, "meta.json");

    /// <summary>Reads an image's record; null when there is none or it cannot be read.</summary>
    public static WarmImage? Read(string directory)
    {
        try
        {
            var meta = JsonSerializer.Deserialize(File.ReadAllBytes(MetaPath(directory)), WarmJson.Default.WarmImageMeta);
            return meta is null ? null : new WarmImage(directory, meta);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the record.</summary>
    public void Write() => File.WriteAllBytes(MetaPath(Directory), JsonSerializer.SerializeToUtf8Bytes(Meta, WarmJson.Default.WarmImageMeta));

    /// <summary>Why the files are not those that were made; null when they are.</summary>
    public string? Damage()
    {
        try
        {
            if (HashOf(State) != Meta.StateHash)
                return "its state file was changed";
            var status = FileStatus.Of(Ram);
            return status.Inode == Meta.RamInode && status.ChangedNanoseconds == Meta.RamChanged ? null : "its memory file was changed";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Makes a new file of <see cref="Blank"/>.</summary>
    /// <exception cref="IOException">It exists, or the disk is full.</exception>
    public void CopyBlank(string path, CancellationToken cancellationToken)
    {
        using var source = File.OpenHandle(Blank, options: FileOptions.None);
        using var target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SparseFile.Copy(source, target, cancellationToken);
    }

    /// <summary>Remembers that it was used.</summary>
    public void Touch(DateTimeOffset now)
    {
        try
        {
            File.Create(Used).Dispose();
            File.SetLastWriteTimeUtc(Used, now.UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only its age for the next trim is lost.
        }
    }

    /// <summary>When it was last used, or made.</summary>
    public DateTimeOffset LastUsed()
    {
        var used = new FileInfo(Used);
        return used.Exists ? new DateTimeOffset(used.LastWriteTimeUtc) : Meta.MadeAt;
    }

    /// <summary>SHA-256 of a file, lower-case hexadecimal.</summary>
    public static string HashOf(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
