using System.Runtime.InteropServices;
using Sbx.Api.Errors;
using Sbx.Tool.Naming;

namespace Sbx.Tool.Copying;

/// <summary>
/// Opens paths of the host that a user names. Outside of workspaces that is what the user says, links and all. Within one,
/// a sandbox may have planted the links: there a path is resolved beneath the workspace, and one that leads out is refused.
/// </summary>
/// <param name="workspaces">Real paths of all workspaces.</param>
internal sealed class HostPlaces(IReadOnlyCollection<string> workspaces)
{
    /// <summary>Opens a directory; null when there is none.</summary>
    /// <param name="path">Absolute path.</param>
    /// <exception cref="SbxException">It leads out of a workspace, or may not be opened.</exception>
    public HostDirectory? OpenDirectory(string path)
    {
        var (root, rest) = Split(path);
        if (root is null || rest.Length == 0)
            return HostDirectory.Open(path);
        var anchor = Descriptors.OpenAt(Descriptors.CurrentDirectory, root, Descriptors.Directory | Descriptors.NoFollow | Descriptors.CloseOnExec, 0);
        if (anchor < 0)
            return null;
        using var owner = HostDirectory.Adopt(anchor, root);
        var opened = Descriptors.OpenBeneath(anchor, rest, Descriptors.Directory | Descriptors.CloseOnExec);
        if (opened >= 0)
            return HostDirectory.Adopt(opened, path);
        return Marshal.GetLastPInvokeError() switch
        {
            Descriptors.Enoent or Descriptors.Enotdir => null,
            Descriptors.Exdev or Descriptors.Eloop => throw Outside(path, root),
            // A kernel before 5.6: go down step by step, through no link at all.
            Descriptors.Enosys => Walk(owner, rest),
            var error => throw new SbxException(ErrorCode.Denied, $"cannot open {path}: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    /// <summary>Checks a link that the user asks to follow.</summary>
    /// <param name="path">Absolute path of the link.</param>
    /// <param name="real">Where it leads.</param>
    /// <exception cref="SbxException">The link is in a workspace and leads out of it.</exception>
    public void CheckLink(string path, string real)
    {
        if (Split(Path.GetDirectoryName(path)!).Root is { } root && real != root && !real.StartsWith(root + "/", StringComparison.Ordinal))
            throw Outside(path, root);
    }

    private static SbxException Outside(string path, string root) =>
        new(ErrorCode.Denied, $"{path} leads out of the workspace {root} through a link", "name the real path if you trust it");

    // The first part of the path that is a workspace or in one, as (workspace, the rest from there); (null, path) when none is.
    private (string? Root, string Below) Split(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var count = 1; count <= parts.Length; count++)
        {
            var prefix = "/" + string.Join('/', parts[..count]);
            if (!Path.Exists(prefix))
                return (null, path);
            var real = RealPath.Of(prefix);
            if (workspaces.FirstOrDefault(w => real == w || real.StartsWith(w + "/", StringComparison.Ordinal)) is { } workspace)
                return (workspace, string.Join('/', [.. real[workspace.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries), .. parts[count..]]));
        }

        return (null, path);
    }

    private static HostDirectory? Walk(HostDirectory root, string rest)
    {
        HostDirectory? current = null;
        foreach (var part in rest.Split('/'))
        {
            var next = (current ?? root).Child(part);
            current?.Dispose();
            current = next;
            if (current is null)
                return null;
        }

        return current;
    }
}
