namespace Sbx.Workspaces.Wire;

/// <summary>INIT flags (bits 0 to 31) of linux/fuse.h.</summary>
[Flags]
internal enum InitFlags : uint
{
    AsyncRead = 1u << 0,
    PosixLocks = 1u << 1,
    AtomicTruncate = 1u << 3,
    BigWrites = 1u << 5,
    FlockLocks = 1u << 10,
    AutoInvalidateData = 1u << 12,
    ReadDirPlus = 1u << 13,
    ReadDirPlusAuto = 1u << 14,
    AsyncDirectIo = 1u << 15,
    ParallelDirectoryOperations = 1u << 18,
    MaxPages = 1u << 22,
    CacheSymlinks = 1u << 23,
    HandleKillPrivV2 = 1u << 28,
}

/// <summary>Flags of the answer to OPEN and CREATE.</summary>
[Flags]
internal enum OpenReplyFlags : uint
{
    None = 0,
    KeepCache = 1u << 1,
    NoFlush = 1u << 5,
}

/// <summary>fuse_setattr_in.valid.</summary>
[Flags]
internal enum SetAttrValid : uint
{
    Mode = 1u << 0,
    Uid = 1u << 1,
    Gid = 1u << 2,
    Size = 1u << 3,
    AccessTime = 1u << 4,
    ModificationTime = 1u << 5,
    Handle = 1u << 6,
    AccessTimeNow = 1u << 7,
    ModificationTimeNow = 1u << 8,
}

/// <summary>Single flags of other requests.</summary>
internal static class RequestFlags
{
    internal const uint GetAttrHandle = 1;
    internal const uint LockFlock = 1;
    internal const uint FsyncData = 1;
    internal const uint RenameNoReplace = 1;
    internal const uint RenameExchange = 2;
}

/// <summary>enum fuse_notify_code, sent as the error of a message whose unique is 0.</summary>
internal enum NotifyCode
{
    InvalidateInode = 2,
    InvalidateEntry = 3,
}
