namespace Sbx.Tool.Hosting;

/// <summary>Exit codes besides those of <see cref="Api.Errors.ErrorCode"/>; see docs/exit-codes.md.</summary>
internal static class ExitCodes
{
    /// <summary>All well.</summary>
    public const int Success = 0;

    /// <summary><c>exec</c>, and <c>run</c> once its agent is being started: sbx failed, not the command.</summary>
    public const int Ours = 125;

    /// <summary><c>exec</c>, and <c>run</c> once its agent is being started: the command was found but cannot be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary><c>exec</c>, and <c>run</c> once its agent is being started: there is no such command in the sandbox.</summary>
    public const int NotFound = 127;

    /// <summary>Number of SIGPIPE.</summary>
    public const int SigPipe = 13;

    /// <summary>Ended by a signal, as shells report it.</summary>
    public static int Signalled(int signal) => 128 + signal;
}
