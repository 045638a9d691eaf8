namespace Sbx.Tool.Terminal;

/// <summary>What the commands need to know of the user's terminal.</summary>
internal interface ITerminal
{
    /// <summary>Whether standard input is a terminal.</summary>
    bool IsInputTerminal { get; }

    /// <summary>Whether standard output is a terminal.</summary>
    bool IsOutputTerminal { get; }

    /// <summary>Whether standard error is a terminal.</summary>
    bool IsErrorTerminal { get; }

    /// <summary>Window size in cells; null when there is no terminal.</summary>
    (int Columns, int Rows)? Size { get; }

    /// <summary>Switches the input to raw mode until the result is disposed; safe to dispose twice and from any thread.</summary>
    IDisposable EnterRawMode();

    /// <summary>Shows nothing of what is typed until the result is disposed; safe to dispose twice and from any thread.</summary>
    IDisposable HideInput();
}
