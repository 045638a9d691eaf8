using System.Formats.Tar;
using Sbx.Guest.Calls;
using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Archives;

/// <summary>Unpacks a tar stream beneath one directory; everything in it gets the same owner.</summary>
internal sealed class ArchiveUnpacker(BeneathDirectory target, int uid, int gid) : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private readonly HashSet<string> _links = [];
    private readonly List<(int Directory, string Name, int Mode, DateTimeOffset Modified)> _directories = [];

    public async Task RunAsync(Stream archive)
    {
        var reader = new TarReader(archive, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.GetNextEntryAsync().ConfigureAwait(false) is { } entry)
                await UnpackAsync(entry).ConfigureAwait(false);
        }

        // Last, and the deepest first: files made inside change a directory's time, and its mode may forbid to enter it.
        for (var i = _directories.Count - 1; i >= 0; i--)
        {
            var (directory, name, mode, modified) = _directories[i];
            using var opened = new OwnedDescriptor(Libc.OpenAt(directory, name, Libc.OReadOnly | Libc.ODirectory | Libc.ONoFollow | Libc.OCloseOnExec));
            if (opened.Value < 0)
                continue;
            _ = Libc.ChangeMode(opened.Value, mode);
            SetTime(directory, name, modified);
        }
    }

    public void Dispose()
    {
        foreach (var entry in _directories)
            _ = Libc.Close(entry.Directory);
        _directories.Clear();
    }

    private async Task UnpackAsync(TarEntry entry)
    {
        var components = ArchiveName.Split(entry.Name);
        if (components.Length == 0)
            return;
        using var parent = new OwnedDescriptor(OpenParent(components[..^1]));
        var name = components[^1];
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                MakeDirectory(parent.Value, name, entry);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await WriteFileAsync(parent.Value, name, entry).ConfigureAwait(false);
                break;
            case TarEntryType.SymbolicLink:
                Clear(parent.Value, name);
                SyscallException.Check(Libc.SymbolicLinkAt(entry.LinkName, parent.Value, name), $"link {entry.Name}");
                _links.Add(string.Join('/', components));
                Own(parent.Value, name);
                break;
            case TarEntryType.HardLink:
                var source = ArchiveName.Split(entry.LinkName);
                if (source.Length == 0)
                    throw new CallException(GuestErrorCodes.BadRequest, $"the archive links {entry.Name} to a directory");
                using (var sourceParent = new OwnedDescriptor(OpenParent(source[..^1])))
                {
                    Clear(parent.Value, name);
                    SyscallException.Check(Libc.LinkAt(sourceParent.Value, source[^1], parent.Value, name, 0), $"link {entry.Name}");
                }

                break;
            case TarEntryType.Fifo:
                Clear(parent.Value, name);
                SyscallException.Check(Libc.MakeFifoAt(parent.Value, name, (int)entry.Mode & 0x1FF), $"make {entry.Name}");
                Own(parent.Value, name);
                break;
            case TarEntryType.GlobalExtendedAttributes:
                break;
            default:
                throw new CallException(GuestErrorCodes.BadRequest, $"the archive holds {entry.Name} of the kind {entry.EntryType}, which is not unpacked");
        }
    }

    private int OpenParent(string[] components)
    {
        for (var i = 1; i <= components.Length; i++)
        {
            if (_links.Contains(string.Join('/', components[..i])))
                throw new CallException(GuestErrorCodes.NotPermitted, "the archive writes through a symbolic link that it brought itself");
        }

        return target.OpenParent(components, Own);
    }

    private void MakeDirectory(int parent, string name, TarEntry entry)
    {
        var exists = Descriptor.TryStatus(parent, name, Libc.AtSymlinkNoFollow, out var status);
        if (exists && !status.IsDirectory)
        {
            // A link to a directory that was here before the archive stays, as with tar's --keep-directory-symlink.
            if (status.IsLink && !_links.Contains(string.Join('/', ArchiveName.Split(entry.Name))))
                return;
            Clear(parent, name);
            exists = false;
        }

        if (exists)
            return;
        SyscallException.Check(Libc.MakeDirectoryAt(parent, name, 0x1C0), $"make the directory {entry.Name}");
        Own(parent, name);
        var kept = SyscallException.Check(Libc.OpenAt(parent, ".", Libc.OReadOnly | Libc.ODirectory | Libc.OCloseOnExec), "open a directory");
        _directories.Add((kept, name, (int)entry.Mode & 0xFFF, entry.ModificationTime));
    }

    private async Task WriteFileAsync(int parent, string name, TarEntry entry)
    {
        Clear(parent, name);
        using var file = new OwnedDescriptor(SyscallException.Check(
            Libc.OpenAt(parent, name, Libc.OWriteOnly | Libc.OCreate | Libc.OExclusive | Libc.ONoFollow | Libc.OCloseOnExec, 0x180),
            $"make {entry.Name}"));
        if (entry.DataStream is { } data)
        {
            var buffer = new byte[(int)Math.Clamp(data.Length, 1, BufferSize)];
            while (await data.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
                Descriptor.WriteAll(file.Value, buffer.AsSpan(0, read));
        }

        // A file server may keep every owner its own; then the owner stays what it is.
        if (Libc.ChangeOwner(file.Value, uid, gid) < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() is not (Errno.EPERM or Errno.EOPNOTSUPP))
            throw SyscallException.Last($"set the owner of {entry.Name}");
        SyscallException.Check(Libc.ChangeMode(file.Value, (int)entry.Mode & 0xFFF), $"set the mode of {entry.Name}");
        SetTime(parent, name, entry.ModificationTime);
    }

    private static void Clear(int parent, string name)
    {
        if (Descriptor.TryStatus(parent, name, Libc.AtSymlinkNoFollow, out var status))
            SyscallException.Check(Libc.UnlinkAt(parent, name, status.IsDirectory ? Libc.AtRemoveDir : 0), $"replace {name}");
    }

    private void Own(int parent, string name) => _ = Libc.ChangeOwnerAt(parent, name, uid, gid, Libc.AtSymlinkNoFollow);

    private static unsafe void SetTime(int parent, string name, DateTimeOffset modified)
    {
        var times = stackalloc TimeSpec[2];
        var ticks = (modified - DateTimeOffset.UnixEpoch).Ticks;
        times[0] = times[1] = new TimeSpec
        {
            Seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest) - (rest < 0 ? 1 : 0),
            Nanoseconds = (rest < 0 ? rest + TimeSpan.TicksPerSecond : rest) * 100,
        };
        _ = Libc.SetTimesAt(parent, name, times, Libc.AtSymlinkNoFollow);
    }
}
