using System.Collections.Concurrent;
using Sbx.Machines.Native;

namespace Sbx.Machines.Processes;

/// <summary>
/// Starts children from one thread that lives as long as this process. The parent-death signal of prctl(2) is sent when the
/// *thread* that started the child ends, so a thread of the pool would kill machines whenever it retires.
/// </summary>
internal static class Spawner
{
    private static readonly BlockingCollection<Action> Work = [];

    static Spawner()
    {
        var thread = new Thread(static () =>
        {
            foreach (var action in Work.GetConsumingEnumerable())
                action();
        })
        {
            IsBackground = true,
            Name = "sbx spawner",
        };
        thread.Start();
    }

    /// <summary>Starts a program; see <see cref="PosixSpawn.Start"/>.</summary>
    public static Task<int> StartAsync(
        IReadOnlyList<string> arguments, IReadOnlyList<string> environment, IReadOnlyList<(int Source, int Target)> descriptors)
    {
        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(PosixSpawn.Start(arguments, environment, descriptors));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }
}
