using Sbx.Workspaces.Native;
using Sbx.Workspaces.Operations;
using Sbx.Workspaces.Wire;

namespace Sbx.Workspaces.Sessions;

/// <summary>INIT, once at the beginning of a session.</summary>
internal sealed class Handshake(ReplyBuffer reply)
{
    // No write-back cache: the host must see a write when it is done, and the guest what the host wrote. No umask
    // (DONT_MASK): the guest's kernel applies it. KILLPRIV_V2 spares a request for security.capability at every write.
    private const InitFlags Wanted =
        InitFlags.AsyncRead | InitFlags.PosixLocks | InitFlags.AtomicTruncate | InitFlags.BigWrites | InitFlags.FlockLocks
        | InitFlags.AutoInvalidateData | InitFlags.ReadDirPlus | InitFlags.ReadDirPlusAuto | InitFlags.AsyncDirectIo
        | InitFlags.ParallelDirectoryOperations | InitFlags.MaxPages | InitFlags.CacheSymlinks | InitFlags.HandleKillPrivV2;

    internal bool IsDone { get; private set; }

    internal int Init(ref Request request)
    {
        // Newer kernels send more fields than are looked at here.
        var init = request.Take<InitIn>();
        if (IsDone)
            throw request.Malformed("repeats the handshake");
        if (init.Major != Limits.Major || init.Minor < Limits.OldestMinor || request.Header.Unique == 0)
            throw request.Malformed($"offers protocol {init.Major}.{init.Minor}; 7.{Limits.OldestMinor} is needed");
        if ((init.Flags & InitFlags.MaxPages) == 0)
            return Errno.EIO;
        IsDone = true;
        reply.Put(new InitOut
        {
            Major = Limits.Major,
            Minor = Math.Min(init.Minor, Limits.Minor),
            MaxReadAhead = Math.Min(init.MaxReadAhead, Limits.MaxWrite),
            Flags = init.Flags & Wanted,
            MaxBackground = 64,
            CongestionThreshold = 48,
            MaxWrite = Limits.MaxWrite,
            TimeGranularity = 1,
            MaxPages = Limits.MaxPages,
        });
        return Outcome.Done;
    }
}
