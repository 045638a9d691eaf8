using Sbx.Workspaces.Native;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Nodes;

/// <summary>Shows host attributes to the guest.</summary>
internal sealed class AttributeView(OwnerMapping owner, ulong mainDevice)
{
    private const uint Nobody = 65534;

    /// <summary>Whether these ids are the guest user's own; null ids are not asked about.</summary>
    internal bool IsOwner(uint? uid, uint? gid) => (uid ?? owner.GuestUid) == owner.GuestUid && (gid ?? owner.GuestGid) == owner.GuestGid;

    /// <summary>The inode number shown: the host's, told apart where the roots lie on several devices.</summary>
    internal ulong Inode(ulong device, ulong inode) => device == mainDevice ? inode : inode ^ (device * 0x9E3779B97F4A7C15);

    internal void Fill(in Statx stat, out Attr attr)
    {
        attr = new Attr
        {
            Inode = Inode(stat.Device, stat.Inode),
            Size = stat.Size,
            Blocks = stat.Blocks,
            AccessTime = (ulong)stat.Access.Seconds,
            ModificationTime = (ulong)stat.Modification.Seconds,
            ChangeTime = (ulong)stat.Change.Seconds,
            AccessNanoseconds = stat.Access.Nanoseconds,
            ModificationNanoseconds = stat.Modification.Nanoseconds,
            ChangeNanoseconds = stat.Change.Nanoseconds,
            Mode = stat.Mode,
            Links = stat.Links,
            Uid = Map(stat.Uid, owner.HostUid, owner.GuestUid),
            Gid = Map(stat.Gid, owner.HostGid, owner.GuestGid),
            // Host device numbers are left out: a guest must not reach its own devices through them.
            Device = 0,
            BlockSize = stat.BlockSize,
        };
    }

    /// <summary>Attributes of a directory that exists in the guest's view only.</summary>
    internal static Attr MadeUp(ulong inode, uint type) => new()
    {
        Inode = inode,
        Mode = type == ModeBits.Directory ? ModeBits.Directory | 0x16D : type,
        Links = 2,
        BlockSize = 4096,
    };

    private static uint Map(uint id, uint host, uint guest) => id == host ? guest : id == guest ? Nobody : id;
}
