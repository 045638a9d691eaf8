using Sbx.Api.Errors;
using Sbx.Tool.Output;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Hosting;

/// <summary>Runs one command line from its words to the exit code.</summary>
internal sealed class CliApplication(CliContext context, IReadOnlyList<Verb> verbs)
{
    /// <summary>Runs <paramref name="args"/>. Never throws; every failure is told on standard error and in the exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        CliCommand? command = null;
        try
        {
            var invocation = new InvocationParser(verbs).Parse(args);
            context.Options = invocation.Options;
            command = invocation.Command;
            if (command is null)
            {
                context.Write(invocation.Help!);
                return ExitCodes.Success;
            }

            return await command.RunAsync(context, context.Signals.Interrupted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.Signals.Interruption is { } signal)
        {
            return ExitCodes.Signalled(signal);
        }
        catch (OutputClosedException)
        {
            return ExitCodes.Signalled(ExitCodes.SigPipe);
        }
        catch (Exception e)
        {
            return Fail(e, args, command);
        }
    }

    private int Fail(Exception exception, IReadOnlyList<string> args, CliCommand? command)
    {
        var own = args.TakeWhile(a => a != "--").ToList();
        var debug = context.Options.Debug || (command is null && (own.Contains("--debug") || own.Contains("-D")));
        // Where the line could not be parsed, the wish is read off it.
        var json = command?.WantsJson ?? own.Contains("--json");
        var passes = command?.PassesExitCode ?? own.FirstOrDefault(a => !a.StartsWith('-')) == "exec";
        var error = Failures.Of(exception);
        var code = passes ? ExitCodes.Ours : (int)error.Code;
        ErrorOutput.Write(context, error, code, json, debug ? exception : null);
        return code;
    }
}
