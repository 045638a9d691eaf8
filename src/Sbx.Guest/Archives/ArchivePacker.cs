using System.Formats.Tar;
using Microsoft.Win32.SafeHandles;
using Sbx.Guest.Native;

namespace Sbx.Guest.Archives;

/// <summary>Packs a file or a directory tree; names in the archive begin with the last component of the path.</summary>
internal sealed class ArchivePacker
{
    private readonly Dictionary<(uint, uint, ulong), string> _seen = [];
    private readonly string _path;
    private readonly string _name;

    private ArchivePacker(string path, string name) => (_path, _name) = (path, name);

    /// <exception cref="SyscallException">The path does not exist.</exception>
    public static ArchivePacker Open(string path, bool followLink)
    {
        var trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        var name = Path.GetFileName(trimmed);
        if (followLink)
            trimmed = new FileInfo(trimmed).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? trimmed;
        Status(trimmed);
        return new ArchivePacker(trimmed, name.Length > 0 ? name : ".");
    }

    public Task RunAsync(TarWriter writer) => AddAsync(writer, _path, _name);

    private async Task AddAsync(TarWriter writer, string path, string name)
    {
        FileStatus status;
        try
        {
            status = Status(path);
        }
        catch (SyscallException e) when (e.Errno == Errno.ENOENT && path != _path)
        {
            // It was removed while its directory was being read.
            return;
        }

        if (status.IsDirectory)
        {
            await writer.WriteEntryAsync(Describe(new PaxTarEntry(TarEntryType.Directory, name + "/"), status)).ConfigureAwait(false);
            foreach (var child in Directory.GetFileSystemEntries(path).Order(StringComparer.Ordinal))
                await AddAsync(writer, child, $"{name}/{Path.GetFileName(child)}").ConfigureAwait(false);
        }
        else if (status.IsLink)
        {
            var link = Describe(new PaxTarEntry(TarEntryType.SymbolicLink, name), status);
            link.LinkName = new FileInfo(path).LinkTarget ?? "";
            await writer.WriteEntryAsync(link).ConfigureAwait(false);
        }
        else if (status.IsRegular)
        {
            await AddFileAsync(writer, path, name, status).ConfigureAwait(false);
        }
        else if (status.IsFifo)
        {
            await writer.WriteEntryAsync(Describe(new PaxTarEntry(TarEntryType.Fifo, name), status)).ConfigureAwait(false);
        }
    }

    private async Task AddFileAsync(TarWriter writer, string path, string name, FileStatus status)
    {
        if (status.Links > 1 && !_seen.TryAdd((status.DeviceMajor, status.DeviceMinor, status.Inode), name))
        {
            var link = Describe(new PaxTarEntry(TarEntryType.HardLink, name), status);
            link.LinkName = _seen[(status.DeviceMajor, status.DeviceMinor, status.Inode)];
            await writer.WriteEntryAsync(link).ConfigureAwait(false);
            return;
        }

        // Not followed and not blocking: what was a file a moment ago may be something else now.
        var handle = new SafeFileHandle(Descriptor.Open(path, Libc.OReadOnly | Libc.ONoFollow | Libc.ONonBlock), ownsHandle: true);
        var content = new FixedLengthStream(handle, (long)status.Size);
        await using (content.ConfigureAwait(false))
        {
            var entry = Describe(new PaxTarEntry(TarEntryType.RegularFile, name), status);
            entry.DataStream = content;
            await writer.WriteEntryAsync(entry).ConfigureAwait(false);
        }
    }

    private static PaxTarEntry Describe(PaxTarEntry entry, in FileStatus status)
    {
        entry.Mode = (UnixFileMode)(status.Mode & 0xFFF);
        entry.Uid = status.Uid;
        entry.Gid = status.Gid;
        entry.ModificationTime = DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds).AddTicks(status.ModifiedNanoseconds / 100);
        return entry;
    }

    private static FileStatus Status(string path)
    {
        return Descriptor.TryStatus(Libc.AtFdCwd, path, Libc.AtSymlinkNoFollow, out var status) ? status : throw SyscallException.Last(path);
    }
}
