using McMaster.Extensions.CommandLineUtils;

namespace Sbx.Tool.Hosting;

/// <summary>
/// Keeps the parser away from <see cref="Console"/>: it must neither print by itself nor pay for the console's start-up.
/// </summary>
internal sealed class SilentConsole : IConsole
{
    public event ConsoleCancelEventHandler? CancelKeyPress
    {
        add { }
        remove { }
    }

    public TextWriter Out => TextWriter.Null;

    public TextWriter Error => TextWriter.Null;

    public TextReader In => TextReader.Null;

    public bool IsInputRedirected => true;

    public bool IsOutputRedirected => true;

    public bool IsErrorRedirected => true;

    public ConsoleColor ForegroundColor { get; set; }

    public ConsoleColor BackgroundColor { get; set; }

    public void ResetColor()
    {
    }
}
