using Sbx.Api.Errors;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Copying;

/// <summary>Copies from a sandbox to the host.</summary>
internal sealed class CopyOut(CliContext context, HostPlaces places)
{
    /// <summary>Copies. An existing directory takes the source into it; else the source gets the target's name.</summary>
    public async Task RunAsync(CopyEndpoint source, CopyEndpoint target, bool followLink, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(context.Directory, target.Path));
        using var directory = places.OpenDirectory(path);
        using var parent = directory is null ? places.OpenDirectory(Path.GetDirectoryName(path)!) : null;
        if (directory is null && (parent is null || target.Directory || target.Contents))
            throw new SbxException(ErrorCode.NotFound, $"the directory {(parent is null ? Path.GetDirectoryName(path) : path)} does not exist", "create it first");

        var stream = await context.Client.GetArchiveAsync(source.Sandbox!, source.Path, followLink, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // "/." means what is in it: into the directory, or into a new one of the target's name.
            var rootName = directory is null ? Path.GetFileName(path) : source.Contents || source.Name.Length == 0 ? null : source.Name;
            await new Unpacker(directory ?? parent!, rootName, line => context.WriteError(Output.Printable.Line(line) + "\n"))
                .RunAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }
}
