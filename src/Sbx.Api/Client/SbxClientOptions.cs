namespace Sbx.Api.Client;

/// <summary>How a client reaches the daemon.</summary>
public sealed record SbxClientOptions
{
    /// <summary>Where the daemon's socket is.</summary>
    public required SbxPaths Paths { get; init; }

    /// <summary>
    /// Program and arguments that start the daemon in the foreground (<c>sbx daemon run</c>); null: never start one, fail
    /// when none runs.
    /// </summary>
    public IReadOnlyList<string>? DaemonCommand { get; init; }

    /// <summary>
    /// Identity of this build. A daemon of another build is replaced when it is idle, and used as it is while it is not.
    /// Null: any build that speaks this API version will do.
    /// </summary>
    public string? Build { get; init; }

    /// <summary>How long a new daemon may take to answer. Default 30 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called once when a daemon is being started, with a line for people.</summary>
    public Action<string>? OnStarting { get; init; }

    /// <summary>
    /// Calls do their work on the calling thread before they return their task. For a program that does one thing and ends,
    /// which is spared the start of the runtime's event loop. Default false.
    /// </summary>
    public bool Blocking { get; init; }
}
