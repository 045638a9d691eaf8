namespace Sbx.Policies;

/// <summary>
/// A host, pattern, rule or policy file that is not acceptable. <see cref="Exception.Message"/> says what is wrong with what,
/// <see cref="Hint"/> what to do; for files, line and column of the place. Carries no secret.
/// </summary>
public sealed class PolicyException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is wrong, with what. One line.</param>
    /// <param name="hint">What to do next. One line.</param>
    /// <param name="kind">What kind of failure.</param>
    /// <param name="line">Line in the file, from 1; 0 when it is not about a file.</param>
    /// <param name="column">Column in the file, from 1; 0 when it is not about a file.</param>
    /// <param name="inner">The technical cause.</param>
    public PolicyException(
        string message, string? hint = null, PolicyErrorKind kind = PolicyErrorKind.Invalid, int line = 0, int column = 0, Exception? inner = null)
        : base(message, inner)
    {
        Hint = hint;
        Kind = kind;
        Line = line;
        Column = column;
    }

    /// <summary>What to do next.</summary>
    public string? Hint { get; }

    /// <summary>What kind of failure.</summary>
    public PolicyErrorKind Kind { get; }

    /// <summary>Line in the file, from 1; 0 when it is not about a file.</summary>
    public int Line { get; }

    /// <summary>Column in the file, from 1; 0 when it is not about a file.</summary>
    public int Column { get; }
}

/// <summary>Kinds of policy failure.</summary>
public enum PolicyErrorKind
{
    /// <summary>Input that is not valid.</summary>
    Invalid,

    /// <summary>A rule, preset or scope that does not exist.</summary>
    NotFound,

    /// <summary>A rule that exists already or contradicts another.</summary>
    Conflict,

    /// <summary>Something that may not be changed or is not permitted.</summary>
    Denied,

    /// <summary>The file could not be read or written.</summary>
    Storage,
}
