using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Naming;

/// <summary>What the user allows with the workspaces.</summary>
/// <param name="Create">A missing directory is created without asking.</param>
/// <param name="AllowHome">The home directory, or one that holds it, may be a workspace.</param>
internal sealed record WorkspaceRules(bool Create, bool AllowHome);

/// <summary>Turns workspaces as typed into absolute real paths that exist and may be shared.</summary>
internal sealed class WorkspaceResolver(CliContext context, WorkspaceRules rules)
{
    // Made anew by every kernel; nothing of a user lives there.
    private static readonly string[] KernelTrees = ["/dev", "/proc", "/sys"];

    // They may hold projects, but a mount at the same path would hide what the sandbox's own system needs.
    private static readonly string[] SystemDirectories =
    [
        "/", "/bin", "/boot", "/etc", "/home", "/home/agent", "/lib", "/lib32", "/lib64", "/opt", "/root", "/run", "/sbin", "/tmp",
        "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/sbin", "/usr/share", "/var", "/var/lib",
    ];

    /// <summary>The workspaces, each once, the primary one first.</summary>
    /// <exception cref="SbxException">One does not exist, is not allowed, or is given twice in two ways.</exception>
    public async Task<IReadOnlyList<Workspace>> ResolveAsync(IReadOnlyList<WorkspaceArgument> arguments, CancellationToken cancellationToken)
    {
        var resolved = new List<Workspace>();
        foreach (var argument in arguments)
        {
            var workspace = await ResolveAsync(argument, primary: resolved.Count == 0, cancellationToken).ConfigureAwait(false);
            var same = resolved.Find(w => w.Path == workspace.Path);
            if (same is null)
                resolved.Add(workspace);
            else if (same.ReadOnly != workspace.ReadOnly)
                throw new SbxException(ErrorCode.Usage, $"the workspace {workspace.Path} is given both writable and read-only", "give it once");
        }

        return resolved;
    }

    private async Task<Workspace> ResolveAsync(WorkspaceArgument argument, bool primary, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(Path.Combine(context.Directory, argument.Path));
        if (!Path.Exists(path))
        {
            if (argument.ReadOnly)
                throw new SbxException(ErrorCode.NotFound, $"the workspace {path} does not exist", "check the path");
            if (!rules.Create)
                await OfferAsync(path, cancellationToken).ConfigureAwait(false);
            Directory.CreateDirectory(path);
        }

        var real = RealPath.Of(path);
        var isFile = File.Exists(real);
        if (isFile && primary && !argument.ReadOnly)
            throw new SbxException(ErrorCode.Usage, $"the workspace {real} is a file", $"give its directory, or share the file alone with {argument.Path}:ro");
        CheckAccess(real, isFile, argument.ReadOnly);
        await CheckPlaceAsync(real, cancellationToken).ConfigureAwait(false);
        return new Workspace(real, argument.ReadOnly);
    }

    private async Task OfferAsync(string path, CancellationToken cancellationToken)
    {
        if (!context.CanAsk)
            throw new SbxException(ErrorCode.NotFound, $"the workspace {path} does not exist", "create it, or add --create-workspace");
        await Question.ConfirmAsync(context, $"The workspace {path} does not exist. Create it?", "--create-workspace", cancellationToken).ConfigureAwait(false);
    }

    private static void CheckAccess(string path, bool isFile, bool readOnly)
    {
        if (OperatingSystem.IsWindows())
            return;
        var wanted = Posix.ReadAccess | (readOnly ? 0 : Posix.WriteAccess) | (isFile ? 0 : Posix.ExecuteAccess);
        if (Posix.Access(path, wanted) == 0)
            return;
        var canRead = Posix.Access(path, Posix.ReadAccess | (isFile ? 0 : Posix.ExecuteAccess)) == 0;
        throw new SbxException(
            ErrorCode.Denied, $"no permission to {(canRead ? "write to" : "read")} the workspace {path}",
            canRead ? $"share it read-only with {path}:ro, or change its permissions" : "change its permissions, or choose another directory");
    }

    private async Task CheckPlaceAsync(string path, CancellationToken cancellationToken)
    {
        var home = context.Variable("HOME") is { Length: > 0 } h && Path.Exists(h) ? RealPath.Of(h) : null;
        if (home is not null && home != "/" && (home == path || (path != "/" && home.StartsWith(path + "/", StringComparison.Ordinal))))
        {
            if (rules.AllowHome)
                return;
            if (!context.CanAsk)
                throw new SbxException(
                    ErrorCode.Denied, $"the workspace {path} holds your home directory, with keys and passwords in it",
                    "choose a project directory, or add --allow-home");
            await Question.ConfirmAsync(
                context, $"The workspace {path} holds your home directory: everything in it, keys too, would be open to the sandbox. Go on?",
                "--allow-home", cancellationToken).ConfigureAwait(false);
            return;
        }

        if (SystemDirectories.Contains(path) || KernelTrees.Any(t => path == t || path.StartsWith(t + "/", StringComparison.Ordinal)))
            throw new SbxException(
                ErrorCode.Denied, $"{path} is a system directory and cannot be a workspace", "choose a project directory");
    }
}
