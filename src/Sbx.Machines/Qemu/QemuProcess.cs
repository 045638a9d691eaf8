using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Sbx.Machines.Native;
using Sbx.Machines.Processes;
using Sbx.Machines.Qmp;

namespace Sbx.Machines.Qemu;

/// <summary>One running QEMU with its connections. Disposing kills it. Thread-safe.</summary>
internal sealed class QemuProcess : IAsyncDisposable
{
    private static readonly TimeSpan ConsoleDeadline = TimeSpan.FromSeconds(2);

    private readonly ChildProcess _child;
    private readonly QmpClient _qmp;
    private string? _pidFile;
    private readonly int? _state;
    private readonly TaskCompletionSource<string> _migrated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private volatile string? _end;
    private volatile string _console = "";

    private QemuProcess(ChildProcess child, Socket qmp, Socket control, Socket files, int? state, string? pidFile, TimeProvider time)
    {
        _state = state;
        _child = child;
        _pidFile = pidFile;
        _time = time;
        Control = control;
        Files = files;
        _qmp = new QmpClient(qmp, OnEvent);
        Exited = FollowAsync();
    }

    /// <summary>Process id.</summary>
    public int Id => _child.Id;

    /// <summary>The guest's control port.</summary>
    public Socket Control { get; }

    /// <summary>The guest's files port.</summary>
    public Socket Files { get; }

    /// <summary>Completes when the process has ended; says how.</summary>
    public Task<string> Exited { get; }

    /// <summary>Called when a write failed because the host's disk is full and the guest was paused.</summary>
    public Action? Paused { get; set; }

    /// <summary>Starts QEMU and opens its control protocol.</summary>
    /// <exception cref="QemuException">It ended at once, or did not answer.</exception>
    public static async Task<QemuProcess> StartAsync(QemuLaunch launch, CancellationToken cancellationToken)
    {
        using var descriptors = new QemuDescriptors();
        var qmp = Connect(descriptors, out var qmpEnd);
        var control = Connect(descriptors, out var controlEnd);
        var files = Connect(descriptors, out var filesEnd);
        QemuProcess? process = null;
        try
        {
            var (arguments, state) = launch.Prepare(descriptors, qmpEnd, controlEnd, filesEnd);
            var child = await ChildProcess.StartAsync(arguments, descriptors.Map).ConfigureAwait(false);
            process = new QemuProcess(child, qmp, control, files, state, launch.PidFiles.Add(launch.Id, child.Id), launch.Time);
            await process.CommandAsync("qmp_capabilities", null, cancellationToken).ConfigureAwait(false);
            return process;
        }
        catch
        {
            if (process is not null)
                await process.DisposeAsync().ConfigureAwait(false);
            qmp.Dispose();
            control.Dispose();
            files.Dispose();
            throw;
        }
    }

    /// <summary>Lets the guest run.</summary>
    public Task ContinueAsync(CancellationToken cancellationToken) => CommandAsync("cont", null, cancellationToken);

    /// <summary>Stops the guest and writes the state of its devices, without its memory, to a file.</summary>
    public async Task SaveAsync(SafeHandle state, CancellationToken cancellationToken)
    {
        await CommandAsync("stop", null, cancellationToken).ConfigureAwait(false);
        await PrepareMigrationAsync(cancellationToken).ConfigureAwait(false);
        await GuardAsync(() => _qmp.GiveDescriptorAsync("state", state, cancellationToken)).ConfigureAwait(false);
        await MigrateAsync("migrate", "fd:state", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads the state of the devices that the launch named.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await PrepareMigrationAsync(cancellationToken).ConfigureAwait(false);
        await MigrateAsync("migrate-incoming", $"fd:{_state}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Puts another file in the place of the writable disk while the guest runs. It must be of the same size, and the guest must
    /// hold no blocks of the former one. Once per process.
    /// </summary>
    /// <exception cref="QemuException">It was refused, for example because another QEMU has the file.</exception>
    public async Task ReplaceDiskAsync(SafeHandle disk, CancellationToken cancellationToken)
    {
        await GuardAsync(() => _qmp.AddDescriptorAsync(QemuCommandLine.SecondDiskSet, disk, cancellationToken)).ConfigureAwait(false);
        await CommandAsync("blockdev-add", QemuCommandLine.WriteSecondDiskFile, cancellationToken).ConfigureAwait(false);
        await CommandAsync("blockdev-reopen", QemuCommandLine.WriteSecondDisk, cancellationToken).ConfigureAwait(false);
        await CommandAsync("blockdev-del", static writer => writer.WriteString("node-name", QemuCommandLine.DiskFile), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The last of the guest's console and of QEMU's own messages, fit for a message. Never fails.</summary>
    public async Task<string> LastWordsAsync()
    {
        if (!_child.Exited.IsCompleted)
            await ReadConsoleAsync().ConfigureAwait(false);
        return ConsoleText.LastLines(_child.Output + "\n" + _console);
    }

    /// <summary>Records the process under another name.</summary>
    /// <param name="name">Id of the sandbox that it has become.</param>
    /// <exception cref="IOException">The record cannot be moved.</exception>
    public void Rename(string name)
    {
        if (_pidFile is not { } former)
            return;
        var path = Path.Combine(Path.GetDirectoryName(former)!, name + PidFiles.Suffix);
        File.Move(former, path, overwrite: true);
        _pidFile = path;
    }

    /// <summary>Ends the process at once and waits for its end.</summary>
    public async Task KillAsync()
    {
        _end ??= "killed";
        _child.Kill();
        await Exited.ConfigureAwait(false);
    }

    /// <summary>Kills the process if it runs, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        await _qmp.DisposeAsync().ConfigureAwait(false);
        Control.Dispose();
        Files.Dispose();
    }

    private static Socket Connect(QemuDescriptors descriptors, out SafeHandle end)
    {
        var (ours, theirs) = Libc.ConnectedPair();
        end = descriptors.Add(theirs);
        return new Socket(ours);
    }

    private Task PrepareMigrationAsync(CancellationToken cancellationToken) => CommandAsync(
        "migrate-set-capabilities",
        static writer =>
        {
            writer.WriteStartArray("capabilities");
            // The memory is in its file already; only the devices go into the state.
            foreach (var capability in (ReadOnlySpan<string>)["x-ignore-shared", "events"])
            {
                writer.WriteStartObject();
                writer.WriteString("capability", capability);
                writer.WriteBoolean("state", true);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        },
        cancellationToken);

    private async Task MigrateAsync(string command, string uri, CancellationToken cancellationToken)
    {
        await CommandAsync(command, writer => writer.WriteString("uri", uri), cancellationToken).ConfigureAwait(false);
        var end = await Task.WhenAny(_migrated.Task, _child.Exited).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (end != _migrated.Task)
            throw await EndedAsync(null).ConfigureAwait(false);
        var status = await _migrated.Task.ConfigureAwait(false);
        if (status != "completed")
            throw new QemuException($"QEMU's {command} {status}: {await LastWordsAsync().ConfigureAwait(false)}");
    }

    private Task CommandAsync(string command, Action<Utf8JsonWriter>? arguments, CancellationToken cancellationToken) =>
        GuardAsync(() => _qmp.RunAsync(command, arguments, cancellationToken));

    private async Task GuardAsync(Func<Task> command)
    {
        try
        {
            await command().ConfigureAwait(false);
        }
        catch (QmpException e)
        {
            // A closed connection usually means that QEMU is about to be gone; its last words say more.
            if (!e.Refused)
                await Task.WhenAny(_child.Exited, Task.Delay(ConsoleDeadline, _time, CancellationToken.None)).ConfigureAwait(false);
            if (_child.Exited.IsCompleted)
                throw await EndedAsync(e).ConfigureAwait(false);
            throw new QemuException(e.Message, e);
        }
    }

    private async Task<QemuException> EndedAsync(Exception? cause) =>
        new($"QEMU {ChildProcess.Describe(await _child.Exited.ConfigureAwait(false))}: {ConsoleText.LastLines(_child.Output)}", cause);

    private async Task<string> FollowAsync()
    {
        var status = await _child.Exited.ConfigureAwait(false);
        if (_pidFile is not null)
            File.Delete(_pidFile);
        var end = _end ?? ChildProcess.Describe(status);
        if (_console.Contains("Kernel panic", StringComparison.Ordinal))
            end = "crashed";
        var words = ConsoleText.LastLines(_child.Output + "\n" + _console);
        return words.Length == 0 || end == "killed" ? end : $"{end} ({words})";
    }

    private void OnEvent(QmpMessage message)
    {
        switch (message.Name)
        {
            case "MIGRATION" when Text(message.Data, "status") is "completed" or "failed" or "cancelled":
                _migrated.TrySetResult(Text(message.Data, "status")!);
                break;
            case "SHUTDOWN":
                _end ??= Text(message.Data, "reason") is "guest-reset" or "guest-shutdown" ? "powered off" : "shut down";
                _ = EndAsync();
                break;
            case "BLOCK_IO_ERROR" when Text(message.Data, "action") == "stop":
                Paused?.Invoke();
                break;
        }
    }

    private async Task EndAsync()
    {
        await ReadConsoleAsync().ConfigureAwait(false);
        _child.Kill();
    }

    private async Task ReadConsoleAsync()
    {
        using var deadline = new CancellationTokenSource(ConsoleDeadline, _time);
        try
        {
            var text = await _qmp.RunAsync(
                "ringbuf-read",
                static writer =>
                {
                    writer.WriteString("device", QemuCommandLine.Console);
                    writer.WriteNumber("size", QemuCommandLine.ConsoleBytes);
                },
                deadline.Token).ConfigureAwait(false);
            if (text.ValueKind == JsonValueKind.String)
                _console += text.GetString();
        }
        catch (Exception e) when (e is QmpException or OperationCanceledException)
        {
            // The console is only told for comfort.
        }
    }

    private static string? Text(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
