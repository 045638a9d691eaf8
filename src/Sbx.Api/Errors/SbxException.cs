namespace Sbx.Api.Errors;

/// <summary>
/// A failure that a user can understand and act on: what happened and to what (<see cref="Exception.Message"/>), and what
/// to do next (<see cref="Hint"/>). Crosses the daemon's API as an <see cref="ErrorInfo"/>.
/// </summary>
public sealed class SbxException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">What kind of failure.</param>
    /// <param name="message">What happened, to what. One line, no secret.</param>
    /// <param name="hint">What the user can do next, usually a command. One line.</param>
    /// <param name="inner">The technical cause; shown with <c>--debug</c> only.</param>
    public SbxException(ErrorCode code, string message, string? hint = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Hint = hint;
    }

    /// <summary>What kind of failure; decides the exit code of the CLI.</summary>
    public ErrorCode Code { get; }

    /// <summary>What the user can do next.</summary>
    public string? Hint { get; }

    /// <summary>The form that crosses the API.</summary>
    public ErrorInfo ToInfo() => new(Code, Message, Hint);
}

/// <summary>An error as JSON.</summary>
/// <param name="Code">What kind of failure.</param>
/// <param name="Message">What happened, to what.</param>
/// <param name="Hint">What to do next.</param>
public sealed record ErrorInfo(ErrorCode Code, string Message, string? Hint = null)
{
    /// <summary>The exception form.</summary>
    public SbxException ToException() => new(Code, Message, Hint);
}
