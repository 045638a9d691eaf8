using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Sbx.Machines.Native;

namespace Sbx.Machines.Qmp;

/// <summary>
/// Client of the QEMU machine protocol: one JSON object per line, answers matched to commands by number. Thread-safe.
/// </summary>
internal sealed class QmpClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Action<QmpMessage> _onEvent;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _reading;
    private long _lastId;
    private volatile QmpException? _failure;

    /// <summary>Starts reading.</summary>
    /// <param name="socket">The connection; owned.</param>
    /// <param name="onEvent">Called for every event, on the reading task: must be quick and must not throw.</param>
    public QmpClient(Socket socket, Action<QmpMessage> onEvent)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _onEvent = onEvent;
        _reading = ReadAsync();
    }

    /// <summary>Runs a command and returns its answer.</summary>
    /// <param name="command">Name of the command.</param>
    /// <param name="arguments">Writes the members of the arguments object; null when there are none.</param>
    /// <param name="cancellationToken">Cancels the wait, not the command.</param>
    /// <exception cref="QmpException">QEMU refused it, or the connection ended.</exception>
    public Task<JsonElement> RunAsync(string command, Action<Utf8JsonWriter>? arguments, CancellationToken cancellationToken) =>
        RunAsync(command, arguments, descriptor: null, cancellationToken);

    /// <summary>Gives QEMU a descriptor under a name, for a following command.</summary>
    /// <exception cref="QmpException">QEMU refused it, or the connection ended.</exception>
    public Task GiveDescriptorAsync(string name, SafeHandle descriptor, CancellationToken cancellationToken) =>
        RunAsync("getfd", writer => writer.WriteString("fdname", name), descriptor, cancellationToken);

    /// <summary>Gives QEMU a descriptor that it opens as <c>/dev/fdset/</c> and the number.</summary>
    /// <exception cref="QmpException">QEMU refused it, or the connection ended.</exception>
    public Task AddDescriptorAsync(int set, SafeHandle descriptor, CancellationToken cancellationToken) =>
        RunAsync("add-fd", writer => writer.WriteNumber("fdset-id", set), descriptor, cancellationToken);

    private async Task<JsonElement> RunAsync(string command, Action<Utf8JsonWriter>? arguments, SafeHandle? descriptor, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        try
        {
            if (_failure is { } failure)
                throw failure;
            await WriteAsync(Encode(id, command, arguments), descriptor, cancellationToken).ConfigureAwait(false);
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <summary>Closes the connection; commands under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private static byte[] Encode(long id, string command, Action<Utf8JsonWriter>? arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("execute", command);
            writer.WriteNumber("id", id);
            if (arguments is not null)
            {
                writer.WriteStartObject("arguments");
                arguments(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private async Task WriteAsync(byte[] line, SafeHandle? descriptor, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Never cancelled half way: the rest of the connection would be out of step.
            if (descriptor is not null)
                DescriptorPassing.Send((int)_socket.Handle, line, (int)descriptor.DangerousGetHandle());
            else
                await _stream.WriteAsync(line, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            throw new QmpException("the control connection to QEMU has ended", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        QmpException failure;
        try
        {
            var reader = new QmpLineReader(_stream);
            while (await reader.ReadAsync(_closing.Token).ConfigureAwait(false) is { } line)
            {
                if (line.Length > 0)
                    Dispatch(QmpMessage.Parse(line));
            }

            failure = new QmpException("QEMU closed its control connection");
        }
        catch (Exception e)
        {
            failure = e as QmpException ?? new QmpException("the control connection to QEMU has ended", e);
        }

        _failure = failure;
        foreach (var pending in _pending.Values)
            pending.TrySetException(failure);
    }

    private void Dispatch(QmpMessage message)
    {
        switch (message.Kind)
        {
            case QmpMessageKind.Answer when _pending.TryGetValue(message.Id, out var pending):
                pending.TrySetResult(message.Data);
                break;
            case QmpMessageKind.Error when _pending.TryGetValue(message.Id, out var pending):
                pending.TrySetException(new QmpException($"QEMU refused a command: {message.Text}") { Refused = true });
                break;
            case QmpMessageKind.Event:
                _onEvent(message);
                break;
        }
    }
}
