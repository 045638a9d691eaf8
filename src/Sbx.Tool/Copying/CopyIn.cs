using System.IO.Pipelines;
using System.Text.Json;
using Sbx.Api.Errors;
using Sbx.Protocol.Messages;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Copying;

/// <summary>Copies from the host to a sandbox.</summary>
internal sealed class CopyIn(CliContext context, HostPlaces places)
{
    /// <summary>Copies. An existing directory takes the source into it; else the source gets the target's name.</summary>
    public async Task RunAsync(CopyEndpoint source, CopyEndpoint target, bool followLink, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(context.Directory, source.Path));
        var shown = Path.GetFileName(path);
        if (followLink)
        {
            // What follows is opened again, beneath its workspace, so that a link swapped meanwhile gains nothing.
            var real = Path.Exists(path) ? RealPath.Of(path) : throw Missing(path);
            places.CheckLink(path, real);
            path = real;
        }

        using var contents = source.Contents || path == "/" ? places.OpenDirectory(path) ?? throw Missing(path) : null;
        using var parent = contents is null ? places.OpenDirectory(Path.GetDirectoryName(path)!) ?? throw Missing(path) : null;
        var name = Path.GetFileName(path);
        if (parent is not null && (parent.Status(name) ?? throw Missing(path)) is { IsDirectory: false } && source.Directory)
            throw new SbxException(ErrorCode.Usage, $"{path} is not a directory", "leave out the slash at its end");

        var isDirectory = target.Path == "/" || await IsDirectoryAsync(target, cancellationToken).ConfigureAwait(false);
        if (!isDirectory && (target.Directory || target.Contents || contents is not null))
            throw new SbxException(ErrorCode.NotFound, $"the directory {target.Path} does not exist in sandbox '{target.Sandbox}'", $"create it: sbx exec {target.Sandbox} mkdir -p {target.Path}");
        var directory = isDirectory ? target.Path : Path.GetDirectoryName(target.Path)!;
        await SendAsync(target.Sandbox!, directory, async output =>
        {
            var packer = new Packer(line => context.WriteError(Output.Printable.Line(line) + "\n"));
            if (contents is not null)
                await packer.RunContentsAsync(contents, output, cancellationToken).ConfigureAwait(false);
            else
                await packer.RunAsync(parent!, name, isDirectory ? shown : target.Name, output, cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(string sandbox, string directory, Func<Stream, Task> pack, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024));
        Exception? failure = null;
        async Task PackAsync()
        {
            try
            {
                await pack(pipe.Writer.AsStream(leaveOpen: true)).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failure = e;
            }

            await pipe.Writer.CompleteAsync(failure).ConfigureAwait(false);
        }

        var packing = PackAsync();
        try
        {
            await context.Client.PutArchiveAsync(sandbox, directory, pipe.Reader.AsStream(), cancellationToken).ConfigureAwait(false);
        }
        catch (SbxException) when (failure is SbxException own)
        {
            throw own;
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await packing.ConfigureAwait(false);
        }
    }

    private async Task<bool> IsDirectoryAsync(CopyEndpoint target, CancellationToken cancellationToken)
    {
        var request = new ExecRequest { Command = ["test", "-d", target.Path], User = "root", WorkingDirectory = "/" };
        await using var session = await context.Client.ExecAsync(target.Sandbox!, request, cancellationToken).ConfigureAwait(false);
        while (await session.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (frame.Type == ExecFrameType.Exit)
                return JsonSerializer.Deserialize(frame.Payload.Span, ProtocolJson.Default.ExecExit)!.Code == 0;
            if (frame.Type == ExecFrameType.Error)
                break;
        }

        throw new SbxException(ErrorCode.Machine, $"sandbox '{target.Sandbox}' cannot tell whether {target.Path} is a directory", "see: sbx daemon logs");
    }

    private static SbxException Missing(string path) => new(ErrorCode.NotFound, $"{path} does not exist", "check the path");
}
