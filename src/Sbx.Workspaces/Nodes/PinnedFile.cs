using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Nodes;

/// <summary>A descriptor that certainly is the node asked for; dispose it at the end of the request.</summary>
internal readonly struct PinnedFile(int fd, bool owned, bool isPath) : IDisposable
{
    internal int Fd { get; } = fd;

    /// <summary>Whether it is an O_PATH descriptor, good for naming but not for reading.</summary>
    internal bool IsPath { get; } = isPath;

    public void Dispose()
    {
        if (owned)
            Libc.Close(Fd);
    }
}
