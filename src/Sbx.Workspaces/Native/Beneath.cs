namespace Sbx.Workspaces.Native;

/// <summary>
/// Opens one component beneath a held descriptor. openat2(2) where the kernel has it: no links, no mounts crossed, nothing
/// above. Elsewhere O_NOFOLLOW, which for a single component comes to the same; the caller checks the mount.
/// </summary>
internal static unsafe class Beneath
{
    private static volatile bool _hasOpenAt2 = true;

    /// <summary>For tests: as on a kernel without openat2.</summary>
    internal static bool HasOpenAt2
    {
        get => _hasOpenAt2;
        set => _hasOpenAt2 = value;
    }

    /// <summary>An O_PATH descriptor of what <paramref name="name"/> is, itself and not what it may point to.</summary>
    internal static int OpenPath(int directory, byte* name, int flags, out int fd)
    {
        var all = OpenFlags.Path | OpenFlags.NoFollow | OpenFlags.CloseOnExec | flags;
        if (_hasOpenAt2)
        {
            var how = new OpenHow
            {
                Flags = (ulong)all,
                Resolve = OpenHow.Beneath | OpenHow.NoSymlinks | OpenHow.NoMagicLinks | OpenHow.NoXdev,
            };
            fd = Libc.OpenAt2(directory, name, &how);
            if (fd >= 0)
                return 0;
            if (Libc.LastError is var error && error is not (Errno.ENOSYS or Errno.EPERM))
                return error;
            // EPERM: seccomp filters of older container engines answer so for system calls they do not know.
            if (error == Errno.ENOSYS)
                _hasOpenAt2 = false;
        }

        fd = Libc.OpenAt(directory, name, all, 0);
        return fd >= 0 ? 0 : Libc.LastError;
    }

    /// <summary>Opens what a descriptor refers to once more, with other flags. Only for what was seen to be a file or directory.</summary>
    internal static int Reopen(int fd, int flags, out int opened)
    {
        var path = new ProcPath(fd);
        opened = Libc.OpenAt(Libc.AtFdCwd, path.Pointer, flags | OpenFlags.CloseOnExec | OpenFlags.NonBlock | OpenFlags.NoControllingTerminal, 0);
        return opened >= 0 ? 0 : Libc.LastError;
    }

    /// <summary>Attributes of an open descriptor.</summary>
    internal static int Stat(int fd, Statx* stat)
    {
        byte empty = 0;
        return Libc.StatX(fd, &empty, Libc.AtEmptyPath, Statx.Wanted, stat) == 0 ? 0 : Libc.LastError;
    }

    /// <summary>Attributes of one component, not following it.</summary>
    internal static int Stat(int directory, byte* name, Statx* stat) =>
        Libc.StatX(directory, name, Libc.AtSymlinkNoFollow | Libc.AtNoAutomount, Statx.Wanted, stat) == 0 ? 0 : Libc.LastError;
}
