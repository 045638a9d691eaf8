using Sbx.Agent.Configuration;
using Sbx.Agent.Configuration.Providers;
using Sbx.Agent.Headless;
using Sbx.Agent.Models;
using Sbx.Agent.Runtime;
using Sbx.Agent.Storage;

namespace Sbx.Agent.CommandLine;

/// <summary>The program: finds the command, runs it, and turns failures that a user can mend into one or two lines and exit code 1 or 2.</summary>
internal sealed class AgentProgram(AgentPaths paths, TextReader input, TextWriter output, TextWriter errors, Func<string, string?> environment, TimeProvider time)
{
    private const string Help = """
        usage: docker-agent [command] [options]

          run [FILE|ALIAS|default|coder] [MESSAGE …]   talk to a team of agents (the default command);
                                     /exit ends, /compact sums up, /cost, /yolo, and the file's own /commands
              -a, --agent NAME       the agent that answers
              --yolo                 run tools without asking
              --model [AGENT=]PROVIDER/MODEL[,…]
              --session ID|-1|-2     go on with an earlier conversation
              --prompt-file FILE     add a file to the prompt (repeat)
              --attach IMAGE         show an image with the first message
              --exec                 answer the messages and end ('-' reads one from standard input)
              --json                 with --exec: events as JSON, one a line
              --hide-tool-calls, --hide-tool-results, --dry-run, --session-db FILE, --working-dir DIR
          validate FILE …            check agent files
          sessions ls|export|branch|rm
          alias ls|add|rm
          models                     providers and whether their key is there
          version
        """;

    /// <summary>Set where a user sits at a terminal: they can be asked, and can interrupt an answer.</summary>
    public TurnInterrupts? Interrupts { get; init; }

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        try
        {
            return await CommandAsync(arguments, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (ConfigurationException e)
        {
            await errors.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 2;
        }
        catch (Exception e) when (e is UsageException or ModelException)
        {
            await errors.WriteLineAsync($"docker-agent: {e.Message}").ConfigureAwait(false);
            return e is UsageException ? 2 : 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            await errors.WriteLineAsync($"docker-agent: {e.Message}").ConfigureAwait(false);
            return 1;
        }
    }

    private Task<int> CommandAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        IReadOnlyList<string> rest = [.. arguments.Skip(1)];
        return arguments.Count == 0 ? StartAsync(arguments, cancel) : arguments[0] switch
        {
            "run" => StartAsync(rest, cancel),
            "exec" => StartAsync(["--exec", .. rest], cancel),
            "validate" => ValidateAsync(rest, cancel),
            "sessions" => SessionCommands.RunAsync(rest, paths, output, time, cancel),
            "alias" => Task.FromResult(AliasCommands.Run(rest, paths, output)),
            "models" => ModelsAsync(),
            "version" or "--version" => PrintAsync("docker-agent (sbx) 0.1.0"),
            "help" or "--help" or "-h" => PrintAsync(Help),
            "new" or "share" or "serve" or "eval" or "push" or "pull" => throw new UsageException($"'{arguments[0]}' is not part of this docker-agent; it has: run, validate, sessions, alias, models, version"),
            _ => StartAsync(arguments, cancel),
        };
    }

    private async Task<int> StartAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var options = RunOptions.Parse(arguments);
        if (options.Help) return await PrintAsync(Help).ConfigureAwait(false);
        var directory = Path.GetFullPath(options.WorkingDirectory ?? Environment.CurrentDirectory);
        var (team, alias) = await TeamSource.LoadAsync(options.File, paths, directory, cancel).ConfigureAwait(false);
        var models = new Dictionary<string, string>(options.Models, StringComparer.Ordinal);
        if (alias?.Model is { } model) models.TryAdd("", model);
        foreach (var name in models.Keys.Where(name => name.Length > 0 && team.Agents.All(agent => agent.Name != name)))
            throw new UsageException($"--model names an agent '{name}' that is not in this team");
        var runtime = new RuntimeOptions(directory, paths)
        {
            Yolo = options.Yolo ?? alias?.Yolo ?? false,
            Models = models,
            PromptFiles = options.PromptFiles,
            Environment = environment,
        };
        return await HeadlessRun.RunAsync(team, options, runtime, input, output, errors, Interrupts, time, cancel).ConfigureAwait(false);
    }

    private async Task<int> ValidateAsync(IReadOnlyList<string> files, CancellationToken cancel)
    {
        if (files.Count == 0) throw new UsageException("usage: docker-agent validate FILE …");
        var code = 0;
        foreach (var file in files)
        {
            try
            {
                var team = await TeamFile.ReadAsync(file, cancel).ConfigureAwait(false);
                foreach (var warning in team.Warnings) await errors.WriteLineAsync($"warning: {warning}").ConfigureAwait(false);
                await output.WriteLineAsync($"{file}: valid, {team.Agents.Count} agent{(team.Agents.Count == 1 ? "" : "s")}").ConfigureAwait(false);
            }
            catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
            {
                code = 2;
                await errors.WriteLineAsync(e.Message).ConfigureAwait(false);
            }
        }

        return code;
    }

    private async Task<int> ModelsAsync()
    {
        foreach (var provider in BuiltInProvider.All.Where(provider => provider.Api != ProviderApi.Unsupported))
        {
            var state = provider.Keys.Count == 0 ? "needs no key" : provider.Keys.Any(key => environment(key) is { Length: > 0 }) ? "key set" : $"no key ({string.Join(" or ", provider.Keys)})";
            await output.WriteLineAsync($"{provider.Name,-12} {state,-45} {provider.DefaultModel}").ConfigureAwait(false);
        }

        return 0;
    }

    private async Task<int> PrintAsync(string text)
    {
        await output.WriteLineAsync(text).ConfigureAwait(false);
        return 0;
    }
}
