using System.Formats.Tar;
using Sbx.Api.Errors;

namespace Sbx.Tool.Copying;

/// <summary>
/// Unpacks an archive that comes from a sandbox beneath one directory of the host. The archive is not trusted: names that
/// climb are refused, links are made but never gone through, files replace and are never written through, and devices and
/// permissions beyond rwx are left out. See docs/exit-codes.md for what a refusal exits with.
/// </summary>
/// <param name="target">Directory to unpack in; not owned.</param>
/// <param name="rootName">What the archive's topmost entry is called here; null: its contents go straight into the target.</param>
/// <param name="notice">Told what is left out.</param>
internal sealed class Unpacker(HostDirectory target, string? rootName, Action<string> notice)
{
    private readonly List<(string[] Path, UnixFileMode Mode, DateTimeOffset Modified)> _directories = [];

    /// <summary>Unpacks all of it.</summary>
    /// <exception cref="SbxException">The archive is refused or broken, or the host does not allow it.</exception>
    public async Task RunAsync(Stream archive, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = new TarReader(new BoundedTarStream(archive), leaveOpen: true);
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                await UnpackAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException)
        {
            throw new SbxException(ErrorCode.Failed, "the archive from the sandbox is broken or was cut off", "what was copied before is there; try again", e);
        }

        // The deepest first: what is made in a directory changes its time, and its mode may forbid to enter it.
        foreach (var (path, mode, modified) in Enumerable.Reverse(_directories))
        {
            using var parent = Parent(path);
            if (parent.Child(path[^1]) is not { } directory)
                continue;
            using (directory)
                directory.SetMode(mode);
            parent.SetTime(path[^1], modified);
        }
    }

    private async Task UnpackAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        var path = Place(ArchivePath.Split(entry.Name));
        if (path.Length == 0)
        {
            if (entry.EntryType != TarEntryType.Directory)
                throw new SbxException(ErrorCode.Usage, "the source is not a directory, so it has no contents", "leave out the /. at its end");
            return;
        }

        using var parent = Parent(path);
        var name = path[^1];
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                parent.MakeChild(name).Dispose();
                _directories.Add((path, PermissionsOf(entry), entry.ModificationTime));
                return;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await using (var file = parent.CreateFile(name))
                {
                    if (entry.DataStream is { } data)
                        await data.CopyToAsync(file, 1024 * 1024, cancellationToken).ConfigureAwait(false);
                    _ = Descriptors.ChangeMode(file.SafeFileHandle, (uint)PermissionsOf(entry));
                }

                break;
            case TarEntryType.SymbolicLink:
                parent.CreateLink(name, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                var source = Place(ArchivePath.Split(entry.LinkName));
                if (source.Length == 0)
                    throw new SbxException(ErrorCode.Denied, "the archive links a file to nothing", "copy the parts that you need one by one");
                using (var from = Parent(source))
                    parent.CreateHardLink(name, from, source[^1]);
                break;
            default:
                notice($"left out: {string.Join('/', path)} is not a file, directory or link");
                return;
        }

        parent.SetTime(name, entry.ModificationTime);
    }

    private static UnixFileMode PermissionsOf(TarEntry entry) => entry.Mode & (UnixFileMode)0x1FF;

    // The topmost name is the source's; here it is what the user wants it to be.
    private string[] Place(string[] path) => path.Length == 0 ? path : rootName is null ? path[1..] : [rootName, .. path[1..]];

    private HostDirectory Parent(string[] path)
    {
        var current = target.Duplicate();
        foreach (var part in path[..^1])
        {
            var next = current.MakeChild(part);
            current.Dispose();
            current = next;
        }

        return current;
    }
}
