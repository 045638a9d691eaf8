using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Sbx.Agent.Tools.Shell;

/// <summary>Commands that go on while the agent does other things.</summary>
internal sealed class BackgroundJobs(TimeProvider time) : IAsyncDisposable
{
    private sealed class Job(string id, string command, Process process, DateTimeOffset began)
    {
        private const int MaxOutput = 1 << 20;
        private readonly StringBuilder _output = new();

        public string Id => id;

        public string Command => command;

        public Process Process => process;

        public DateTimeOffset Began => began;

        public bool Stopped { get; set; }

        public string Status => !process.HasExited ? "running" : Stopped ? "stopped" : process.ExitCode == 0 ? "completed" : $"failed with exit code {process.ExitCode}";

        public string Output
        {
            get
            {
                lock (_output) return _output.ToString();
            }
        }

        public async Task CaptureAsync(StreamReader reader)
        {
            var buffer = new char[4096];
            int read;
            while ((read = await reader.ReadAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false)) > 0)
                lock (_output)
                {
                    _output.Append(buffer, 0, read);
                    if (_output.Length > MaxOutput) _output.Remove(0, _output.Length - MaxOutput / 2);
                }
        }
    }

    private readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private int _last;

    public ToolResult Run(string command, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var process = ShellCommand.Start(command, directory, environment, withInput: false);
        var job = new Job($"job_{Interlocked.Increment(ref _last)}", command, process, time.GetUtcNow());
        _jobs[job.Id] = job;
        _ = job.CaptureAsync(process.StandardOutput);
        _ = job.CaptureAsync(process.StandardError);
        return new ToolResult($"Background job started with ID: {job.Id}\nCommand: {command}");
    }

    public ToolResult List() => _jobs.IsEmpty ? new ToolResult("no background jobs") : new ToolResult(string.Join('\n', _jobs.Values.OrderBy(job => job.Began)
        .Select(job => $"{job.Id}  {job.Status}  {(time.GetUtcNow() - job.Began).TotalSeconds:0} s  {job.Command}")));

    public ToolResult View(string id) => Find(id, job => new ToolResult($"{job.Id}: {job.Status}\nCommand: {job.Command}\n\n{ToolText.Limit(job.Output)}"));

    public ToolResult Stop(string id) => Find(id, job =>
    {
        if (job.Process.HasExited) return ToolResult.Error($"{id} is not running ({job.Status})");
        job.Stopped = true;
        ShellCommand.Kill(job.Process);
        return new ToolResult($"{id} stopped");
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var job in _jobs.Values)
        {
            ShellCommand.Kill(job.Process);
            await job.Process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            job.Process.Dispose();
        }

        _jobs.Clear();
    }

    private ToolResult Find(string id, Func<Job, ToolResult> act) =>
        _jobs.TryGetValue(id, out var job) ? act(job) : ToolResult.Error($"no background job '{id}'; list_background_jobs names them");
}
