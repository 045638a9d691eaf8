using Sbx.Guest.Boot;
using Sbx.Guest.Power;

// Process 1 of the machine: it must not return and must not throw, or the kernel panics.
try
{
    Machine.Boot();
    await Machine.ServeAsync().ConfigureAwait(false);
}
catch (Exception e)
{
    BootLog.Write($"the guest cannot go on: {e.Message}");
}

PowerSwitch.Off();
return 0;
