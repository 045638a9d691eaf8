using System.Text;
using Sbx.Agent.CommandLine;
using Sbx.Agent.Storage;

using var cancel = new CancellationTokenSource();
var interrupts = new TurnInterrupts();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl+C ends the answer, or the program in order; the next one ends it at once.
    pressed.Cancel = !cancel.IsCancellationRequested;
    if (!interrupts.Interrupt()) cancel.Cancel();
};
var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = false };
var errors = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
var program = new AgentProgram(AgentPaths.OfUser(), input, output, errors, Environment.GetEnvironmentVariable, TimeProvider.System)
{
    Interrupts = Console.IsInputRedirected ? null : interrupts,
};
var code = await program.RunAsync(args, cancel.Token);
await output.FlushAsync();
return code;
