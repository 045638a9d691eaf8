using Sbx.Api;

namespace Sbx.Bench.Peers;

/// <summary>
/// The QEMU command of a running sandbox, to be started again by hand: the same machine, without sbx. What sbx passes as open
/// descriptors is replaced by paths.
/// </summary>
internal sealed class MachineArguments
{
    private readonly IReadOnlyList<string> _command;

    private MachineArguments(IReadOnlyList<string> command, string warmImage, string kernelCommandLine)
    {
        _command = command;
        WarmImage = warmImage;
        KernelCommandLine = kernelCommandLine;
        Memory = command[IndexOf("-m") + 1];
    }

    /// <summary>Directory with the files ram and state.</summary>
    public string WarmImage { get; }

    /// <summary>Command line of the guest's kernel.</summary>
    public string KernelCommandLine { get; }

    /// <summary>Size of the machine's memory, as QEMU writes it.</summary>
    public string Memory { get; }

    /// <summary>Reads the command of a sandbox that runs; creates and removes one for that.</summary>
    public static async Task<MachineArguments> OfSandboxAsync(SbxTool sbx, CancellationToken cancellationToken)
    {
        const string name = "bench-model";
        await sbx.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        try
        {
            var sandbox = await sbx.Client.GetAsync(name, cancellationToken).ConfigureAwait(false);
            var pid = ProcessOf(sbx.Paths, sandbox.Id);
            var command = (await File.ReadAllTextAsync($"/proc/{pid}/cmdline", cancellationToken).ConfigureAwait(false)).TrimEnd('\0').Split('\0');
            var kernel = await sbx.RunAsync(cancellationToken, "exec", name, "cat", "/proc/cmdline").ConfigureAwait(false);
            var ram = Directory.EnumerateFiles(Path.Combine(sbx.Paths.Cache, "warm"), "ram", SearchOption.AllDirectories)
                .OrderByDescending(File.GetLastWriteTimeUtc).First();
            return new MachineArguments(command, Path.GetDirectoryName(ram)!, kernel.Output.Trim());
        }
        finally
        {
            await sbx.RemoveAsync(CancellationToken.None, name).ConfigureAwait(false);
        }
    }

    /// <summary>Id of a sandbox's QEMU.</summary>
    public static int ProcessOf(SbxPaths paths, string id) => int.Parse(
        File.ReadAllText(Path.Combine(paths.Run, "machines", $"{id}.pid")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The command with its connections replaced.</summary>
    /// <param name="sockets">Directory of the listening sockets qmp, control and files.</param>
    /// <param name="root">Root image.</param>
    /// <param name="disk">Writable disk.</param>
    /// <param name="memory">The memory's backend.</param>
    /// <param name="boot">Arguments that boot a kernel; none waits for a state.</param>
    public IReadOnlyList<string> With(string sockets, string root, string disk, string memory, IReadOnlyList<string> boot)
    {
        var result = new List<string>();
        for (var i = 0; i < _command.Count; i++)
        {
            var argument = _command[i];
            if (argument == "-add-fd" || (argument == "-incoming" && boot.Count > 0))
            {
                i++;
                continue;
            }

            result.Add(argument switch
            {
                _ when argument.StartsWith("socket,id=", StringComparison.Ordinal) && argument.Split(',')[1][3..] is var id => $"socket,id={id},path={Path.Combine(sockets, id)}",
                _ when argument.StartsWith("memory-backend-", StringComparison.Ordinal) => memory,
                _ => argument.Replace("/dev/fdset/1", root, StringComparison.Ordinal).Replace("/dev/fdset/2", disk, StringComparison.Ordinal),
            });
        }

        return [.. result, .. boot];
    }

    private int IndexOf(string option)
    {
        for (var i = 0; i < _command.Count; i++)
        {
            if (_command[i] == option)
                return i;
        }

        throw new InvalidOperationException($"the sandbox's QEMU has no option {option}");
    }
}
