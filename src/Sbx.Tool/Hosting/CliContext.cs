using System.Text;
using Sbx.Api;
using Sbx.Api.Client;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Hosting;

/// <summary>All that a command touches of the outside, so that a test can run it in its own process.</summary>
internal sealed class CliContext : IDisposable
{
    private SbxClient? _client;

    /// <summary>Bytes of standard input.</summary>
    public required Stream Input { get; init; }

    /// <summary>Data, and nothing else.</summary>
    public required Stream Output { get; init; }

    /// <summary>Banners, progress, prompts and errors.</summary>
    public required Stream Error { get; init; }

    /// <summary>The user's terminal.</summary>
    public required ITerminal Terminal { get; init; }

    /// <summary>Signals to this process.</summary>
    public required ISignalSource Signals { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Looks up an environment variable of the host.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Absolute path of the current directory.</summary>
    public required string Directory { get; init; }

    /// <summary>Where sbx keeps everything.</summary>
    public required SbxPaths Paths { get; init; }

    /// <summary>Options that every command has.</summary>
    public GlobalOptions Options { get; set; } = new(Debug: false, NoInput: false);

    /// <summary>The engine; starts the daemon at the first call when none runs.</summary>
    public SbxClient Client => _client ??= new SbxClient(new SbxClientOptions
    {
        Paths = Paths,
        DaemonCommand = DaemonCommand.OfThisProcess(),
        Build = BuildIdentity.Current(),
        Blocking = true,
        OnStarting = line => WriteError(line + "\n"),
    });

    /// <summary>Whether the user can be asked.</summary>
    public bool CanAsk => !Options.NoInput && Terminal.IsInputTerminal && Terminal.IsErrorTerminal;

    /// <summary>Context of the running process.</summary>
    public static CliContext OfThisProcess(ISignalSource signals) => new()
    {
        Input = OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new DescriptorStream(0, FileAccess.Read),
        Output = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new DescriptorStream(1, FileAccess.Write),
        Error = OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(2, FileAccess.Write),
        Terminal = new ProcessTerminal(),
        Signals = signals,
        Time = TimeProvider.System,
        Variable = Environment.GetEnvironmentVariable,
        Directory = Environment.CurrentDirectory,
        Paths = SbxPaths.FromEnvironment(),
    };

    /// <summary>A client that never starts or replaces a daemon. Dispose it.</summary>
    public SbxClient PassiveClient() => new(new SbxClientOptions { Paths = Paths, Blocking = true });

    /// <summary>Writes text to standard output.</summary>
    public void Write(string text) => Output.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes text to standard error; a closed one is no reason to fail.</summary>
    public void WriteError(string text)
    {
        try
        {
            Error.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // Nobody listens to what is for people only.
        }
    }

    public void Dispose() => _client?.Dispose();
}

/// <summary>Options that every command has.</summary>
/// <param name="Debug">Failures show their technical cause.</param>
/// <param name="NoInput">Nothing is ever asked.</param>
internal sealed record GlobalOptions(bool Debug, bool NoInput);
