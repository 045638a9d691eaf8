using System.Runtime.InteropServices;
using System.Text;
using Sbx.Api;
using Sbx.Tool.Hosting;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Tests.Support;

/// <summary>Runs command lines in this process, with streams in memory and a directory of its own.</summary>
internal sealed class InProcess : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    public InProcess(string input = "", TestTerminal? terminal = null)
    {
        Root = Directory.CreateTempSubdirectory("sbx-tool-").FullName;
        Variables["HOME"] = Path.Combine(Root, "home");
        Directory.CreateDirectory(Variables["HOME"]);
        Context = new CliContext
        {
            Input = new MemoryStream(Encoding.UTF8.GetBytes(input)),
            Output = _output,
            Error = _error,
            Terminal = terminal ?? new TestTerminal(),
            Signals = new NoSignals(),
            Time = TimeProvider.System,
            Variable = name => Variables.GetValueOrDefault(name),
            Directory = Root,
            Paths = SbxPaths.From(name => name == "SBX_HOME" ? Path.Combine(Root, "sbx") : null, "tester"),
        };
    }

    public string Root { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public CliContext Context { get; }

    public string Output => Encoding.UTF8.GetString(_output.ToArray());

    public string Error => Encoding.UTF8.GetString(_error.ToArray());

    public Task<int> RunAsync(params string[] args) => new CliApplication(Context, Verbs.All).RunAsync(args);

    public Task<int> RunAsync(IReadOnlyList<Verb> verbs, params string[] args) => new CliApplication(Context, verbs).RunAsync(args);

    public void Dispose()
    {
        Context.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private sealed class NoSignals : ISignalSource
    {
        public CancellationToken Interrupted => CancellationToken.None;

        public int? Interruption => null;

        public IDisposable Handle(Action<PosixSignal> handler) => new MemoryStream();
    }
}

/// <summary>A terminal whose properties a test chooses.</summary>
internal sealed record TestTerminal(bool IsInputTerminal = false, bool IsOutputTerminal = false, bool IsErrorTerminal = false) : ITerminal
{
    public (int Columns, int Rows)? Size { get; init; }

    public IDisposable EnterRawMode() => throw new InvalidOperationException("no test enters raw mode this way");

    public IDisposable HideInput() => new MemoryStream();
}
