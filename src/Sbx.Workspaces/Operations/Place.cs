using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;
using Sbx.Workspaces.Sessions;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Operations;

/// <summary>A directory and a name in it, as most requests give them.</summary>
internal readonly ref struct Place
{
    private Place(Node directory, int fd, Name name)
    {
        Directory = directory;
        Fd = fd;
        Name = name;
    }

    internal Node Directory { get; }

    internal int Fd { get; }

    internal Name Name { get; }

    /// <summary>For a change: the directory must be known, writable and open.</summary>
    internal static int ForChange(SessionState session, ulong directory, Name name, out Place place)
    {
        place = default;
        if (session.Tree.Table.Find(directory) is not { } node)
            return Errno.ESTALE;
        if (name.IsTooLong)
            return Errno.ENAMETOOLONG;
        if (node.Root is null || node.Root.ReadOnly)
            return Errno.EROFS;
        var error = session.Tree.Use(node, out var fd);
        place = new Place(node, fd, name);
        return error;
    }
}
