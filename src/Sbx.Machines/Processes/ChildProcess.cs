using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sbx.Machines.Native;

namespace Sbx.Machines.Processes;

/// <summary>A child with its last output. Reaped by itself; thread-safe.</summary>
internal sealed class ChildProcess
{
    private const int TailBytes = 16 * 1024;
    private readonly Lock _gate = new();
    private readonly TextTail _output = new(TailBytes);
    private bool _reaped;

    private ChildProcess(int id, Socket output)
    {
        Id = id;
        Exited = FollowAsync(output);
    }

    /// <summary>Process id.</summary>
    public int Id { get; }

    /// <summary>Completes with the wait status of waitpid(2) when the process has ended and was reaped; -1 where it is not known.</summary>
    public Task<int> Exited { get; }

    /// <summary>Last of what it wrote to stdout and stderr.</summary>
    public string Output => _output.ToString();

    /// <summary>Starts a program with an empty environment.</summary>
    /// <param name="arguments">Absolute path of the program and its arguments.</param>
    /// <param name="descriptors">Descriptors it gets beside stdin, stdout and stderr.</param>
    /// <exception cref="IOException">It did not start.</exception>
    public static async Task<ChildProcess> StartAsync(IReadOnlyList<string> arguments, IReadOnlyList<(int Source, int Target)> descriptors)
    {
        var (ours, theirs) = Libc.ConnectedPair();
        using (theirs)
        {
            var output = new Socket(ours);
            try
            {
                var writer = (int)theirs.DangerousGetHandle();
                // stdout and stderr first: the numbers of the others may be taken by what is open here, such as this socket.
                var pid = await Spawner.StartAsync(arguments, ["PATH=/usr/bin:/bin", "LC_ALL=C"], [(writer, 1), (writer, 2), .. descriptors]).ConfigureAwait(false);
                return new ChildProcess(pid, output);
            }
            catch
            {
                output.Dispose();
                throw;
            }
        }
    }

    /// <summary>Sends SIGKILL unless the process was reaped already (its id may belong to another one then).</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_reaped)
                _ = Libc.Kill(Id, Libc.SigKill);
        }
    }

    /// <summary>The end in words: "exited with 1", "killed by signal 9".</summary>
    public static string Describe(int status) => status switch
    {
        -1 => "ended",
        _ when (status & 0x7f) == 0 => $"exited with {(status >> 8) & 0xff}",
        _ => $"killed by signal {status & 0x7f}",
    };

    private async Task<int> FollowAsync(Socket output)
    {
        using (output)
        {
            var buffer = new byte[4096];
            try
            {
                int read;
                while ((read = await output.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
                    _output.Append(buffer.AsSpan(0, read));
            }
            catch (SocketException)
            {
                // A reset is an end, too.
            }
        }

        // The kernel closes the socket while the process ends, so this waits for milliseconds only.
        return await Task.Factory.StartNew(Reap, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    private int Reap()
    {
        while (true)
        {
            // Looked at without reaping first, so that the lock is not held while waiting.
            if (WaitWithoutReaping() != 0 && Marshal.GetLastPInvokeError() == 4)
                continue;
            lock (_gate)
            {
                var result = Libc.WaitPid(Id, out var status, 0);
                _reaped = true;
                return result == Id ? status : -1;
            }
        }
    }

    private unsafe int WaitWithoutReaping()
    {
        var information = stackalloc byte[256]; // siginfo_t has 128 bytes
        return Libc.WaitId(Libc.WaitForPid, Id, information, Libc.WaitExited | Libc.WaitNoReap);
    }
}
