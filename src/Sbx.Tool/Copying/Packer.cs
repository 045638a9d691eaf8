using System.Formats.Tar;
using Sbx.Api.Errors;

namespace Sbx.Tool.Copying;

/// <summary>Packs a file or directory tree of the host. Links are packed as links and never gone through.</summary>
/// <param name="notice">Told what is left out.</param>
internal sealed class Packer(Action<string> notice)
{
    /// <summary>Packs one name.</summary>
    /// <param name="parent">Directory that it is in.</param>
    /// <param name="name">The name.</param>
    /// <param name="rootName">What it is called in the archive.</param>
    /// <param name="output">Where the archive goes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task RunAsync(HostDirectory parent, string name, string rootName, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await AddAsync(writer, parent, name, rootName, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Packs all that is in a directory, each at the top of the archive.</summary>
    public async Task RunContentsAsync(HostDirectory directory, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var name in directory.Names())
            await AddAsync(writer, directory, name, name, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddAsync(TarWriter writer, HostDirectory parent, string name, string path, CancellationToken cancellationToken)
    {
        var status = parent.Status(name);
        switch (status)
        {
            // The archive reader at the other end cannot read such a name, and would refuse all that comes behind it.
            case not null when name.Contains('\n') || (status.IsLink && parent.ReadLink(name).Contains('\n')):
                notice($"left out: {path} has a line end in its name");
                break;
            case null:
                notice($"left out: {path} has gone, or has a name that is not UTF-8");
                break;
            case { IsDirectory: true }:
                await writer.WriteEntryAsync(Describe(new PaxTarEntry(TarEntryType.Directory, path + "/"), status), cancellationToken).ConfigureAwait(false);
                using (var directory = parent.Child(name))
                {
                    foreach (var child in directory?.Names() ?? [])
                        await AddAsync(writer, directory!, child, $"{path}/{child}", cancellationToken).ConfigureAwait(false);
                }

                break;
            case { IsLink: true }:
                var link = Describe(new PaxTarEntry(TarEntryType.SymbolicLink, path), status);
                link.LinkName = parent.ReadLink(name);
                await writer.WriteEntryAsync(link, cancellationToken).ConfigureAwait(false);
                break;
            case { IsFile: true }:
                await using (var content = new FixedLengthStream(parent.OpenFile(name), status.Size))
                {
                    var entry = Describe(new PaxTarEntry(TarEntryType.RegularFile, path), status);
                    entry.DataStream = content;
                    await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }

                break;
            default:
                notice($"left out: {path} is not a file, directory or link");
                break;
        }
    }

    private static PaxTarEntry Describe(PaxTarEntry entry, HostStatus status)
    {
        entry.Mode = status.Permissions;
        entry.ModificationTime = status.Modified;
        return entry;
    }
}
