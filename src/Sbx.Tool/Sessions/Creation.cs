using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Naming;
using Sbx.Tool.Output;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Sessions;

/// <summary>Creates a sandbox under a free name and tells of it.</summary>
internal sealed class Creation(CliContext context, bool quiet)
{
    // More makers of the same default name at one moment than this are not to be expected.
    private const int MaxAttempts = 50;

    /// <summary>Creates the sandbox.</summary>
    /// <param name="request">What to create; a name in it is taken as it is.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SbxException">It could not be created.</exception>
    public async Task<SandboxInfo> CreateAsync(CreateSandboxRequest request, CancellationToken cancellationToken)
    {
        if (request.Name is not null)
            return await CreateOnceAsync(request, cancellationToken).ConfigureAwait(false);
        var wanted = request.Workspaces.Count > 0 ? SandboxName.Default(request.Agent, request.Workspaces[0].Path) : null;
        var first = wanted is null ? 1 : 2;
        for (var attempt = 0; ; attempt++)
        {
            var list = await context.Client.ListAsync(cancellationToken).ConfigureAwait(false);
            var taken = list.Sandboxes.Select(s => s.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var name = wanted is not null && !taken.Contains(wanted)
                ? wanted
                : Enumerable.Range(first, taken.Count + 1).Select(n => SandboxName.Variant(wanted ?? request.Agent, n)).First(n => !taken.Contains(n));
            if (wanted is not null && name != wanted)
                Tell($"The name '{wanted}' is taken by another sandbox; this one is '{name}'.\n");
            try
            {
                return await CreateOnceAsync(request with { Name = name }, cancellationToken).ConfigureAwait(false);
            }
            catch (SbxException e) when (e.Code == ErrorCode.Conflict && attempt < MaxAttempts)
            {
                // Another command has taken the name since it was seen free, or the conflict is of another kind.
                var now = await context.Client.ListAsync(cancellationToken).ConfigureAwait(false);
                if (!now.Sandboxes.Any(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                    throw;
            }
        }
    }

    private async Task<SandboxInfo> CreateOnceAsync(CreateSandboxRequest request, CancellationToken cancellationToken)
    {
        Tell($"Creating new sandbox '{request.Name}'...\n");
        SandboxInfo sandbox;
        using (var status = new StatusLine(context, quiet))
            sandbox = await context.Client.CreateAsync(request, status, cancellationToken).ConfigureAwait(false);
        Tell(Banner.Created(sandbox));
        return sandbox;
    }

    private void Tell(string text)
    {
        if (!quiet)
            context.WriteError(text);
    }
}

/// <summary>What is told, on standard error, when a sandbox is made or entered.</summary>
internal static class Banner
{
    /// <summary>After a sandbox was created.</summary>
    public static string Created(SandboxInfo sandbox)
    {
        var lines = new List<string> { $"✓ Created sandbox '{sandbox.Name}'" };
        if (sandbox.Workspaces.Count > 0)
            lines.Add($"  Workspace: {WorkspaceText.Of(sandbox.Workspaces[0])} (direct mount)");
        if (sandbox.Workspaces.Count > 1)
            lines.Add($"  Additional Workspaces: {string.Join(", ", sandbox.Workspaces.Skip(1).Select(WorkspaceText.Of))}");
        lines.Add($"  Agent: {sandbox.Agent}");
        return string.Concat(lines.Select(l => Printable.Line(l) + "\n"));
    }

    /// <summary>Before an agent is started.</summary>
    public static string Starting(SandboxInfo sandbox)
    {
        var text = $"Starting {sandbox.Agent} agent in sandbox '{sandbox.Name}'...\n";
        return sandbox.Workspaces.Count > 0 ? text + $"Workspace: {Printable.Line(sandbox.Workspaces[0].Path)}\n" : text;
    }
}
