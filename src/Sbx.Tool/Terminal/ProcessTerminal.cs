namespace Sbx.Tool.Terminal;

/// <summary>The terminal on the process's standard descriptors.</summary>
internal sealed unsafe class ProcessTerminal : ITerminal
{
    public bool IsInputTerminal { get; } = IsTerminal(0);

    public bool IsOutputTerminal { get; } = IsTerminal(1);

    public bool IsErrorTerminal { get; } = IsTerminal(2);

    public (int Columns, int Rows)? Size
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return IsOutputTerminal ? (Console.WindowWidth, Console.WindowHeight) : null;
            nuint request = OperatingSystem.IsMacOS() ? 0x40087468u : 0x5413u;
            Posix.WindowSize size;
            foreach (var fd in (ReadOnlySpan<int>)[1, 0, 2])
            {
                if (Posix.GetWindowSize(fd, request, &size) == 0 && size is { Columns: > 0, Rows: > 0 })
                    return (size.Columns, size.Rows);
            }

            return null;
        }
    }

    public IDisposable EnterRawMode() => RawMode.Enter(0);

    public IDisposable HideInput() => RawMode.Hide(0);

    private static bool IsTerminal(int fd) => OperatingSystem.IsWindows()
        ? !(fd switch { 0 => Console.IsInputRedirected, 1 => Console.IsOutputRedirected, _ => Console.IsErrorRedirected })
        : Posix.IsATty(fd) == 1;
}
