namespace Sbx.Protocol.Messages;

/// <summary>Starts a process in the guest.</summary>
public sealed record ExecRequest
{
    /// <summary>Program and arguments; the program is looked up in PATH when it has no slash.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Variables on top of the sandbox's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Absolute working directory; null: the first workspace, else the user's home.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>"user", "user:group" or ids; null: the ordinary user.</summary>
    public string? User { get; init; }

    /// <summary>Whether the process gets a pseudo-terminal (then stdout and stderr are one).</summary>
    public bool Terminal { get; init; }

    /// <summary>Window size of the terminal.</summary>
    public int Columns { get; init; } = 80;

    /// <summary>Window size of the terminal.</summary>
    public int Rows { get; init; } = 24;

    /// <summary>Whether stdin is connected; otherwise it is /dev/null.</summary>
    public bool Stdin { get; init; }

    /// <summary>
    /// What happens when the stream breaks before the process has ended: false sends SIGHUP to its session and, after ten
    /// seconds, SIGKILL; true leaves it running with its output discarded.
    /// </summary>
    public bool SurviveDisconnect { get; init; }
}

/// <summary>How a process ended.</summary>
/// <param name="Code">Exit code, or 128 + signal.</param>
/// <param name="Signal">Number of the signal that ended it, or null.</param>
public sealed record ExecExit(int Code, int? Signal = null);

/// <summary>Signal to the process's group (the terminal's foreground group when it has a terminal).</summary>
/// <param name="Number">Linux signal number.</param>
public sealed record ExecSignal(int Number);

/// <summary>New window size.</summary>
/// <param name="Columns">1 to 65535.</param>
/// <param name="Rows">1 to 65535.</param>
public sealed record ExecResize(int Columns, int Rows);

/// <summary>The process runs.</summary>
/// <param name="Pid">Its id in the guest.</param>
public sealed record ExecStarted(int Pid);
