namespace Sbx.Secrets;

/// <summary>Kinds of failure with secrets.</summary>
public enum SecretErrorKind
{
    /// <summary>Input that is not valid.</summary>
    Invalid,

    /// <summary>A service or secret that does not exist.</summary>
    NotFound,

    /// <summary>Something that exists already.</summary>
    Conflict,

    /// <summary>The keychain is missing, locked, or refused.</summary>
    Keychain,

    /// <summary>The command or tool that gives a secret failed.</summary>
    Source,
}

/// <summary>
/// A failure with a secret or service. <see cref="Exception.Message"/> says what happened to what, <see cref="Hint"/> what to do.
/// Never carries a secret, nor an inner exception that could.
/// </summary>
public sealed class SecretException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="kind">What kind of failure.</param>
    /// <param name="message">What happened, to what. One line, no secret.</param>
    /// <param name="hint">What to do next. One line.</param>
    public SecretException(SecretErrorKind kind, string message, string? hint = null)
        : base(message)
    {
        Kind = kind;
        Hint = hint;
    }

    /// <summary>What kind of failure.</summary>
    public SecretErrorKind Kind { get; }

    /// <summary>What to do next.</summary>
    public string? Hint { get; }
}
