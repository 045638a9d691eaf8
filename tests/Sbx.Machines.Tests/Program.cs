using Sbx.Machines.Qemu;

namespace Sbx.Machines.Tests;

/// <summary>
/// A process that starts one machine and waits, so that a test can kill it as a daemon is killed. Arguments: directory with
/// cache, run, state and a disk; directory of assets.
/// </summary>
internal static class Program
{
    private static async Task Main(string[] arguments)
    {
        var machines = new Vm.Machines(arguments[0], new Vm.Assets(arguments[1]));
        await using var machine = await machines.StartAsync(arguments[2]);
        Console.WriteLine(machine.ProcessId);
        await Task.Delay(Timeout.Infinite);
    }
}
