using System.Globalization;
using Sbx.Api.Contracts;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Terminal;

/// <summary>
/// Progress of a long operation on standard error: one line that changes in place on a terminal, a plain line per new
/// status elsewhere. Reports may come from any thread.
/// </summary>
internal sealed class StatusLine(CliContext context, bool quiet = false) : IProgress<OperationEvent>, IDisposable
{
    private readonly bool _live = context.Terminal.IsErrorTerminal;
    private readonly Lock _lock = new();
    private string? _last;
    private bool _shown;

    public void Report(OperationEvent value)
    {
        lock (_lock)
        {
            if (value.Notice is { Length: > 0 } notice)
            {
                Clear();
                context.WriteError(Printable.Line(notice) + "\n");
            }

            if (quiet || value.Status is not { Length: > 0 } status)
                return;
            if (_live)
                Draw(status, value.Fraction);
            else if (status != _last)
                context.WriteError($"Status: {Printable.Line(status)}\n");
            _last = status;
        }
    }

    public void Dispose()
    {
        lock (_lock)
            Clear();
    }

    private void Draw(string status, double? fraction)
    {
        var text = "Status: " + Printable.Line(status);
        if (fraction is { } part)
            text += string.Create(CultureInfo.InvariantCulture, $" {Math.Clamp(part, 0, 1) * 100:0} %");
        var room = Math.Max(20, (context.Terminal.Size?.Columns ?? 80) - 1);
        context.WriteError($"\r\e[2K{(text.Length > room ? text[..room] : text)}");
        _shown = true;
    }

    private void Clear()
    {
        if (_shown)
            context.WriteError("\r\e[2K");
        _shown = false;
    }
}
