using System.Diagnostics;

namespace Sbx.Bench.Processes;

/// <summary>A program that runs beside the measurements. Disposing ends it.</summary>
internal sealed class BackgroundProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private BackgroundProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last line that it printed and that is not empty.</summary>
    public string LastLine
    {
        get
        {
            lock (_lines)
                return _lines.LastOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "it said nothing";
        }
    }

    public static BackgroundProcess Start(IReadOnlyList<string> command) => new(Command.Start(command));

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="InvalidOperationException">The program ended first, or it took too long.</exception>
    public async Task WaitAsync(Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (HasExited)
                throw new InvalidOperationException($"it ended: {LastLine}");
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new InvalidOperationException($"it was not ready within {limit.TotalSeconds:0} s: {LastLine}");
            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks it to end, and kills it when it has not after ten seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Command.TryAsync(["kill", "-TERM", $"{_process.Id}"], CancellationToken.None).ConfigureAwait(false);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_lines)
        {
            _lines.Add(line.Data);
            if (_lines.Count > 50)
                _lines.RemoveAt(0);
        }
    }
}
