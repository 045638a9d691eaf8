using Sbx.Workspaces.Native;
using Sbx.Workspaces.Nodes;

namespace Sbx.Workspaces.Handles;

/// <summary>An open file or directory of the guest.</summary>
internal sealed class Handle(ulong id, Node node, int fd, int access)
{
    private int _uses = 1;

    internal ulong Id { get; } = id;

    internal Node Node { get; } = node;

    /// <summary>Descriptor; -1 for directories the server makes up.</summary>
    internal int Fd { get; } = fd;

    internal bool CanRead { get; } = access is OpenFlags.ReadOnly or OpenFlags.ReadWrite;

    internal bool CanWrite { get; } = access is OpenFlags.WriteOnly or OpenFlags.ReadWrite;

    /// <summary>Whether anything was written through it.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>The next open handle of the same node.</summary>
    internal Handle? Next { get; set; }

    /// <summary>State of the listing of a directory.</summary>
    internal DirectoryStream? Listing { get; set; }

    /// <summary>Keeps the descriptor open while another thread works with it.</summary>
    internal void AddUse() => Interlocked.Increment(ref _uses);

    /// <summary>Ends one use; the last closes the descriptor.</summary>
    internal void EndUse()
    {
        if (Interlocked.Decrement(ref _uses) == 0 && Fd >= 0)
            Libc.Close(Fd);
    }
}
