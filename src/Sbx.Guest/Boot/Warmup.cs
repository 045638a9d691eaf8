using System.Text.Json;
using Sbx.Guest.Calls;
using Sbx.Guest.Exec;
using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Boot;

/// <summary>
/// Does once, before the warm image is taken, what every start would do for the first time: pages of the shell and the C
/// library come into the cache, and this program's own code has run. Nothing of it stays but the caches.
/// </summary>
internal static unsafe class Warmup
{
    private static readonly string[][] Commands =
    [
        ["/bin/true"],
        ["/bin/bash", "-c", "true"],
        ["/usr/bin/git", "--version"],
        ["/usr/bin/python3", "-c", "pass"],
        ["/usr/bin/node", "-e", "0"],
    ];

    public static void Run(GuestState state)
    {
        var request = new ExecRequest { Command = ["true"], Environment = new Dictionary<string, string> { ["A"] = "b" } };
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.ExecRequest), ProtocolJson.Default.ExecRequest);
        foreach (var command in Commands)
        {
            if (Descriptor.TryStatus(Libc.AtFdCwd, Machine.BaseDirectory + command[0], 0, out _) && !RunInTemplate(state, command))
                BootLog.Write($"warm-up of {command[0]} failed");
        }
    }

    private static bool RunInTemplate(GuestState state, string[] command)
    {
        using var strings = new NativeStrings();
        using var nothing = new OwnedDescriptor(Descriptor.Open("/dev/null", Libc.OReadWrite));
        var arguments = new SpawnArguments
        {
            Root = strings.Add(Machine.BaseDirectory),
            Path = strings.Add(command[0]),
            Arguments = strings.Add(command),
            Environment = strings.Add([$"PATH={ExecEnvironment.DefaultPath}", "LANG=C.UTF-8"]),
            WorkingDirectory = strings.Add("/"),
            Groups = strings.AddNumbers([]),
            Input = nothing.Value,
            Output = nothing.Value,
            Error = nothing.Value,
        };
        return state.Processes.Start(&arguments, out var ended) > 0 && ended.Wait(TimeSpan.FromSeconds(60)) && ended.Result == 0;
    }
}
