using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Copying;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx cp</c>: copies files between the host and a sandbox.</summary>
internal sealed class CopyCommand : CliCommand
{
    private CommandArgument _source = null!;
    private CommandArgument _target = null!;
    private CommandOption _follow = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override Candidates CandidatesAt(int position) => Candidates.Sandboxes | Candidates.Files;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Copy files and directories between the host and a sandbox. One side is SANDBOX:/absolute/path.";
        _source = app.Word("<source>", "What to copy; a path that ends with /. is what is in that directory");
        _target = app.Word("<target>", "Where to: an existing directory takes it in, else it gets that name");
        _follow = app.Flag("-L|--follow-link", "Follow a link at the source");
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(
            ("sbx cp notes.txt shell-my-project:/home/agent/", "in"),
            ("sbx cp shell-my-project:/var/log ./logs", "out; owners become you, links stay links"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (_source.Value is not { } from || _target.Value is not { } to)
            throw new SbxException(ErrorCode.Usage, "copy what where? Give a source and a target", "for example: sbx cp FILE SANDBOX:/home/agent/");
        var (source, target) = (CopyEndpoint.Parse(from), CopyEndpoint.Parse(to));
        if (source.Sandbox is null == target.Sandbox is null)
            throw new SbxException(
                ErrorCode.Usage, source.Sandbox is null ? "neither side is in a sandbox" : "both sides are in sandboxes",
                "one side is SANDBOX:/absolute/path, the other a path of the host");
        if (!OperatingSystem.IsLinux())
            throw new SbxException(ErrorCode.HostPrerequisite, "cp needs a Linux host", "share a workspace instead");
        var sandboxes = (await context.Client.ListAsync(cancellationToken).ConfigureAwait(false)).Sandboxes;
        var name = source.Sandbox ?? target.Sandbox;
        if (sandboxes.All(s => s.Name != name))
            throw new SbxException(ErrorCode.NotFound, $"sandbox '{name}' not found", "names: sbx ls");
        var places = new HostPlaces([.. sandboxes.SelectMany(s => s.Workspaces).Select(w => w.Path).Where(Path.Exists).Select(RealPath.Of).Where(Directory.Exists).Distinct()]);
        if (source.Sandbox is not null)
            await new CopyOut(context, places).RunAsync(source, target, _follow.HasValue(), cancellationToken).ConfigureAwait(false);
        else
            await new CopyIn(context, places).RunAsync(source, target, _follow.HasValue(), cancellationToken).ConfigureAwait(false);
        return ExitCodes.Success;
    }
}
