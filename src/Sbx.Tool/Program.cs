using Sbx.Tool;
using Sbx.Tool.Hosting;

using var signals = new ProcessSignals();
using var context = CliContext.OfThisProcess(signals);
return await new CliApplication(context, Verbs.All).RunAsync(args);
