using System.Text;
using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Nodes;

/// <summary>Opens the roots at the start, without following a single link on the way.</summary>
internal static unsafe class RootOpener
{
    internal static IReadOnlyList<RootInfo> Open(IReadOnlyList<WorkspaceRoot> roots)
    {
        var opened = new List<RootInfo>(roots.Count);
        try
        {
            foreach (var root in roots)
                opened.Add(Open(root, opened.Count));
            return opened;
        }
        catch
        {
            Close(opened);
            throw;
        }
    }

    internal static void Close(IEnumerable<RootInfo> roots)
    {
        foreach (var root in roots)
            DirectoryDescriptors.Close(root.Anchor);
    }

    private static RootInfo Open(WorkspaceRoot root, int index)
    {
        var path = root.HostPath;
        if (!path.StartsWith('/') || path.Contains('\0'))
            throw new WorkspaceException($"workspace '{path}' is not an absolute path");
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Any(part => part is "." or "..") || (root.IsFile && parts.Length == 0))
            throw new WorkspaceException($"workspace '{path}' is not a canonical path");
        var fd = Walk(path, root.IsFile ? parts[..^1] : parts);
        Statx stat;
        StatFs fs;
        if (Beneath.Stat(fd, &stat) != 0 || Libc.FStatFs(fd, &fs) != 0)
        {
            Libc.Close(fd);
            throw new WorkspaceException($"workspace '{path}' cannot be examined");
        }

        var hasBirthTimes = fs.Type != StatFs.OverlayFs;
        var info = new RootInfo(index, root, (stat.Mask & Statx.MountId) != 0 ? stat.Mount : 0, stat.Device, hasBirthTimes);
        info.Anchor = NodeTable.Anchor(NodeKind.RootParent, info, NodeKey.Of(info, stat));
        info.Anchor.Descriptor = fd;
        if (root.IsFile)
            info.FileName = Encoding.UTF8.GetBytes(parts[^1] + "\0");
        return info;
    }

    // Component by component, so that it is the same on kernels without openat2 and crosses mounts freely: the user named this path.
    private static int Walk(string path, string[] parts)
    {
        var fd = OpenComponent(Libc.AtFdCwd, "/");
        foreach (var part in parts)
        {
            var next = fd < 0 ? fd : OpenComponent(fd, part);
            var error = Libc.LastError;
            if (fd >= 0)
                Libc.Close(fd);
            if (next < 0)
                throw new WorkspaceException($"workspace '{path}' cannot be opened: {Describe(error)} at '{part}'");
            fd = next;
        }

        return fd >= 0 ? fd : throw new WorkspaceException($"workspace '{path}' cannot be opened");
    }

    private static int OpenComponent(int directory, string name)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(name + "\0"))
            return Libc.OpenAt(directory, bytes, OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
    }

    private static string Describe(int error) => error switch
    {
        Errno.ENOENT => "it does not exist",
        Errno.ENOTDIR or Errno.ELOOP => "it is a symbolic link or no directory",
        Errno.EACCES => "permission denied",
        _ => $"error {error}",
    };
}
